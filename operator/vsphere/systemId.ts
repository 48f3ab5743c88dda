/** The identity that a host wants to see in the backings of passthrough devices. */
import { retrieveOne } from './propertyCollector.ts';
import type { Calls } from './session.ts';

/** What clients send where a host tells none; for SR-IOV cards vSphere accepts it (terraform-provider-vsphere). */
const UNKNOWN_SYSTEM_ID = 'BYPASS';

/** From QueryConfigTarget of the VM's environment browser, always for one host: without it a cluster answers with a union. */
export async function readSystemId(calls: Calls, vmMoRef: string, hostMoRef: string): Promise<string> {
  const vm = await retrieveOne(calls, { kind: 'VirtualMachine', value: vmMoRef }, ['environmentBrowser']);
  const browser = vm.refOf('environmentBrowser');
  if (browser === undefined) {
    return UNKNOWN_SYSTEM_ID;
  }
  const args = { host: { kind: 'HostSystem', value: hostMoRef } };
  const answer = await calls.call({ method: 'QueryConfigTarget', on: browser, args });
  const target = answer.child('returnval');
  const entries = [...(target?.list('sriov') ?? []), ...(target?.list('pciPassthrough') ?? [])];
  return entries.map((entry) => entry.textOf('systemId') ?? '').find((id) => id !== '') ?? UNKNOWN_SYSTEM_ID;
}
