/** The doors to one host for one look: its shell and its BMC, and why the shell stays shut where vCenter knows. */
import type { SriovHost } from '../../../api/types.ts';
import type { Bmc, BmcConnector } from '../../../ports/bmc.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import type { EsxiConnector, EsxiHost } from '../../../ports/esxiHost.ts';
import { type Fact, unknown } from '../../fact.ts';
import { keyOf } from '../../names.ts';
import type { HostMemory } from '../memory.ts';
import { attempt, type HostPorts } from '../observe.ts';
import { otherMachine } from '../rules/sameMachine.ts';
import { bmcShared } from '../rules/twins.ts';
import { explainAccess } from './access.ts';
import { bmcTarget, esxiTarget } from './targets.ts';
import type { VsphereDoor } from './vms.ts';

export interface Connectors {
  readonly cluster: Pick<Cluster, 'secret' | 'hosts'>;
  readonly esxi: EsxiConnector;
  readonly bmc: BmcConnector;
  readonly now: () => Date;
}

export interface Opening {
  readonly host: SriovHost;
  readonly memory: HostMemory;
  readonly vsphere: () => Promise<Fact<VsphereDoor>>;
}

export async function openPorts(
  { cluster, esxi, bmc, now }: Connectors,
  { host, memory, vsphere }: Opening,
  signal: AbortSignal,
): Promise<HostPorts> {
  const shell = await attempt(async () => await esxi.open(await esxiTarget(cluster, host, memory.hostKeyFingerprint, signal), signal));
  const access = await explainAccess(shell, { host, memory, vsphere, now: now() }, signal);
  // The credentials were refused for the sake of lockdown mode, and that is over: they may be tried again.
  if (access.unlocked) esxi.forget(keyOf(host));
  return {
    host: begunHere(host, memory, access.shell),
    bmc:
      host.spec.bmc === undefined
        ? undefined
        : (ambiguous(cluster, host, memory) ?? (await attempt(() => openBmc(cluster, bmc, { host, signal })))),
    now,
    passedThrough: memory.passthrough,
  };
}

/** Nothing is read from another machine than the one that the records in `memory` are about. */
function begunHere(host: SriovHost, memory: HostMemory, shell: Fact<EsxiHost>): Fact<EsxiHost> {
  const other = shell.known ? otherMachine(host, memory, shell.value.hostKeyFingerprint) : undefined;
  return other === undefined ? shell : unknown(other.reason, other.message);
}

/** A host that is on its way through a power cycle is powered on again, whatever others declare meanwhile. */
function ambiguous({ hosts }: Connectors['cluster'], host: SriovHost, { lastRestart }: HostMemory): Fact<never> | undefined {
  const shared = lastRestart?.state === 'Requested' ? undefined : bmcShared(host, hosts.list());
  return shared === undefined ? undefined : unknown(shared.reason, shared.message);
}

async function openBmc(
  cluster: Connectors['cluster'],
  bmc: BmcConnector,
  { host, signal }: { readonly host: SriovHost; readonly signal: AbortSignal },
): Promise<Bmc> {
  const target = await bmcTarget(cluster, host, signal);
  if (target === undefined) throw new Error('spec.bmc is not set');
  return bmc.open(target);
}
