/** The host in vSphere and the VMs on it. Read only where a plan rests on them: a host at rest costs its vSphere server nothing. */
import type { SriovHost } from '../../../api/types.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import { isPortError } from '../../../ports/errors.ts';
import type { EvacuationFacts, Vm, VSphere, VsphereConnector } from '../../../ports/vsphere.ts';
import { type Fact, known } from '../../fact.ts';
import { matchVsphereHost } from '../../matchVsphereHost.ts';
import { hostKeyOf, keyOf } from '../../names.ts';
import { isRetry, wishOf } from '../../retry.ts';
import { login } from '../../sriovVmAttachment/observe/login.ts';
import type { HostMemory } from '../memory.ts';
import type { HostObservation } from '../observation.ts';
import { attempt } from '../observe.ts';
import type { HostPlan } from '../plan.ts';
import { settleVms } from '../vmRecords.ts';
import { type HostVms, observedVm, type PoweredOffVm, powerPolicyOf } from '../vms.ts';

/** The host's vSphere server, and the host in it. */
export interface VsphereDoor {
  readonly vsphere: VSphere;
  readonly hostMoRef: string;
}

export interface VspherePorts {
  readonly cluster: Pick<Cluster, 'secret' | 'attachments'>;
  readonly vsphere: VsphereConnector;
  readonly now: () => Date;
}

/** The door of one look, opened when somebody needs it, and once. */
export function vsphereDoor(ports: VspherePorts, host: SriovHost, signal: AbortSignal): () => Promise<Fact<VsphereDoor>> {
  let opened: Promise<Fact<VsphereDoor>> | undefined;
  return () => {
    opened ??= openVsphere(ports, host, signal);
    return opened;
  };
}

export interface LookWithVms {
  readonly host: SriovHost;
  readonly vsphere: () => Promise<Fact<VsphereDoor>>;
  readonly observation: HostObservation;
  readonly memory: HostMemory;
}

/** Adds what vSphere shows where something rests on it: a restart that has to clear the host, or VMs that wait for their power. */
export async function lookAtVms<L extends LookWithVms>(
  ports: VspherePorts,
  look: L,
  { plan, signal }: { readonly plan: (look: L) => HostPlan; readonly signal: AbortSignal },
): Promise<L> {
  const { host, observation, memory } = look;
  const { runningVms } = observation;
  const owed = memory.poweredOffVms.length > 0;
  const inTheWay = host.spec.disruption.runningVms !== 'Block' && runningVms.known && runningVms.value.length > 0;
  const clears = inTheWay && plan(look).steps.some(({ kind }) => kind === 'EnterMaintenance');
  if (!observation.host.known || !(owed || clears)) return look;
  const vms = await observeVms(ports, await look.vsphere(), { host, records: memory.poweredOffVms }, signal);
  const seen = { ...observation, vms };
  return { ...look, observation: seen, memory: settleVms(memory, seen, { now: ports.now(), retry: isRetry(host) }) };
}

/** spec.vsphere, or the host's own endpoint with the credentials of spec.esxi. */
async function openVsphere(ports: VspherePorts, host: SriovHost, signal: AbortSignal): Promise<Fact<VsphereDoor>> {
  const found = await attempt(async () => {
    const { vsphere } = await login(ports, { host, retry: wishOf(host) }, signal);
    const match = matchVsphereHost(host, await vsphere.hosts(signal, host.spec.esxi.address), await vsphere.apiType(signal));
    return match.known ? known({ vsphere, hostMoRef: match.value.moRef }) : match;
  });
  return found.known ? found.value : found;
}

interface VmInterest {
  readonly host: SriovHost;
  readonly records: readonly PoweredOffVm[];
}

async function observeVms(
  ports: VspherePorts,
  door: Fact<VsphereDoor>,
  { host, records }: VmInterest,
  signal: AbortSignal,
): Promise<Fact<HostVms>> {
  if (!door.known) return door;
  const { vsphere, hostMoRef } = door.value;
  return await attempt(async () => {
    const facts = await evacuationFacts(door.value, signal);
    const vms = await vsphere.vmsOfHost(hostMoRef, signal);
    const attachments = ports.cluster.attachments.list().filter((attachment) => hostKeyOf(attachment) === keyOf(host));
    const { vmShutdownTimeoutSeconds } = host.spec.disruption;
    const running = vms
      .filter(({ powerState }) => powerState === 'poweredOn')
      .map((vm) => observedVm(vm, facts, powerPolicyOf(vm, attachments, vmShutdownTimeoutSeconds)));
    const recorded: Record<string, HostVms['recorded'][string]> = {};
    for (const { moRef } of records) recorded[moRef] = (await findVm(vsphere, moRef, signal))?.powerState ?? 'Gone';
    return { running, recorded };
  });
}

/** A host's own endpoint knows of no cluster. */
export async function evacuationFacts({ vsphere, hostMoRef }: VsphereDoor, signal: AbortSignal): Promise<EvacuationFacts> {
  if ((await vsphere.apiType(signal)) === 'VirtualCenter') return await vsphere.evacuationFacts(hostMoRef, signal);
  return { cluster: undefined, drs: 'Off', otherHosts: 0, levelOfVm: {} };
}

/** Undefined for a VM that is gone. */
export async function findVm(vsphere: VSphere, moRef: string, signal: AbortSignal): Promise<Vm | undefined> {
  try {
    return await vsphere.vm(moRef, signal);
  } catch (error) {
    if (isPortError(error, 'VsphereObjectNotFound')) return undefined;
    throw error;
  }
}
