/** Gives a simulated host its own vSphere API: HTTPS that is there while the host is up, logging in to the host's accounts. */
import type { SimHostView } from '../world/contract.ts';
import type { HostPlacement, Inventory } from '../world/inventory.ts';
import { LoginAccount } from './loginAccount.ts';
import { hostAgentView } from './objects/view.ts';
import { type SoapEndpoint, type SoapEndpointOptions, startSoapEndpoint } from './soapEndpoint.ts';

/** Every option of an endpoint but those that follow from the host. */
export type AttachSoapOptions = Partial<Omit<SoapEndpointOptions, 'view' | 'isUp'>>;

export interface AttachedHost {
  readonly endpoint: SoapEndpoint;
  stop(): Promise<void>;
}

/** Puts the host into the inventory unless it is there, and starts its endpoint. */
export async function attachSoap(
  inventory: Inventory,
  view: SimHostView,
  options: AttachSoapOptions & { readonly placement?: HostPlacement } = {},
): Promise<AttachedHost> {
  const host = inventory.host(view.id) ?? inventory.addHost(view, options.placement);
  const endpoint = await startSoapEndpoint({
    checkLogin: new LoginAccount({ username: view.username, password: () => view.password }).check,
    ...options,
    view: hostAgentView(inventory, host),
    isUp: () => view.up,
  });
  inventory.guests.serve(view.id, () => ({ server: endpoint.server, certPem: endpoint.certificate.certPem }));
  const unsubscribe = inventory.onChange((hostId) => {
    if (hostId === view.id) {
      void endpoint.refresh();
    }
  });
  return {
    endpoint,
    stop: async () => {
      unsubscribe();
      await endpoint.stop();
    },
  };
}
