/** The vSphere side of a fleet: one inventory for all its hosts, an endpoint for each, and vCenters on demand. */
import type { FleetPart, SimHost } from '../fleet.ts';
import { type HostPlacement, Inventory, type InventoryOptions } from '../world/inventory.ts';
import { type AttachedHost, type AttachSoapOptions, attachSoap } from './attachSoap.ts';
import type { SoapEndpoint } from './soapEndpoint.ts';
import { startVCenter, type VCenter, type VCenterOptions } from './startVCenter.ts';

export interface VspherePartOptions extends InventoryOptions, AttachSoapOptions {
  /** Where a host stands in the inventory; default: all alone in `dc-01`. */
  readonly placement?: (host: SimHost) => HostPlacement;
}

export interface VspherePart extends FleetPart {
  readonly inventory: Inventory;
  /** The host's own API. Throws for a host that is not of the fleet. */
  endpointOf(host: SimHost): SoapEndpoint;
  /** A vCenter over the fleet; it stops with the fleet. */
  startVCenter(options?: VCenterOptions): Promise<VCenter>;
}

/** To be given to `fleet.attach`. */
export function vspherePart(options: VspherePartOptions = {}): VspherePart {
  const inventory = new Inventory(options);
  const attached = new Map<string, AttachedHost>();
  const centers: VCenter[] = [];
  return {
    inventory,
    hostAdded: async (host) => {
      const { world } = host;
      inventory.addHost(world, options.placement?.(host));
      world.attachVms(inventory);
      const { placement: _, ...endpointOptions } = options;
      const own: AttachSoapOptions = {
        checkLogin: (username, password) => world.accounts.loginWithPassword(username, password),
        isReady: () => world.hostdReady,
      };
      attached.set(world.id, await attachSoap(inventory, world, { ...own, ...endpointOptions }));
    },
    endpointOf: ({ world }) => {
      const endpoint = attached.get(world.id)?.endpoint;
      if (endpoint === undefined) {
        throw new Error(`vspherePart: host ${world.name} is not attached; call fleet.attach first`);
      }
      return endpoint;
    },
    startVCenter: async (wanted) => {
      const center = await startVCenter(inventory, wanted);
      centers.push(center);
      return center;
    },
    stop: async () => {
      await Promise.all([...attached.values(), ...centers].map((one) => one.stop()));
    },
  };
}
