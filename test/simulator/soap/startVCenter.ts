/** A simulated vCenter over some or all hosts of an inventory. */
import type { Inventory } from '../world/inventory.ts';
import type { AttachSoapOptions } from './attachSoap.ts';
import { LoginAccount } from './loginAccount.ts';
import { virtualCenterView } from './objects/view.ts';
import { type SoapEndpoint, startSoapEndpoint } from './soapEndpoint.ts';

export interface VCenterOptions extends Omit<AttachSoapOptions, 'checkLogin'> {
  readonly name?: string;
  /** Default `8.0.3`. */
  readonly version?: string;
  readonly build?: string;
  /** Default `administrator@vsphere.local`. */
  readonly username?: string;
  readonly password?: string;
  /** The hosts it manages; default: all, also those that come later. */
  readonly hostIds?: readonly string[];
}

export interface VCenter {
  readonly endpoint: SoapEndpoint;
  readonly username: string;
  readonly password: string;
  readonly account: LoginAccount;
  stop(): Promise<void>;
}

export async function startVCenter(inventory: Inventory, options: VCenterOptions = {}): Promise<VCenter> {
  const username = options.username ?? 'administrator@vsphere.local';
  const password = options.password ?? 'VMware1!';
  const account = new LoginAccount({ username, password: () => password });
  const identity = { name: options.name ?? 'vcenter', version: options.version ?? '8.0.3', build: options.build ?? '24022515' };
  const endpoint = await startSoapEndpoint({
    ...options,
    view: virtualCenterView(inventory, identity, options.hostIds && new Set(options.hostIds)),
    checkLogin: account.check,
  });
  const unsubscribe = inventory.onChange(() => endpoint.service.changes.notify());
  return {
    endpoint,
    username,
    password,
    account,
    stop: async () => {
      unsubscribe();
      await endpoint.stop();
    },
  };
}
