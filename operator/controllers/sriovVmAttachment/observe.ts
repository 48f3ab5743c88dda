/** One look at everything that an attachment rests on. Reads only; what cannot be read becomes an unknown fact with its reason. */
import { ANNOTATIONS } from '../../api/group.ts';
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { VsphereConnector } from '../../ports/vsphere.ts';
import { known } from '../fact.ts';
import { hostKeyOf, keyOf } from '../names.ts';
import { wishOf } from '../retry.ts';
import { identifyCard, memoryForVm } from './identify.ts';
import { type AttachmentMemory, hasTouchedVm, owesPowerOn } from './memory.ts';
import type { AttachmentFact, Observation } from './observation.ts';
import { readDrs } from './observe/drs.ts';
import { admittedHost, readyPort, usableHost } from './observe/host.ts';
import { type Login, login, type RejectedLogins } from './observe/login.ts';
import { readReservable } from './observe/memory.ts';
import { readAccounting, readNetwork } from './observe/network.ts';
import { passedFunctionOf, readHolders } from './observe/physicalFunction.ts';
import { readMissing } from './observe/privileges.ts';
import { NOT_SEEN, Reader } from './observe/reader.ts';
import { readRelocation } from './observe/relocation.ts';
import { readOwedVm, readVm } from './observe/vm.ts';
import { physicalFunctionOf, readVsphereHost } from './observe/vsphereHost.ts';
import { identifyFunction, isPhysical } from './physicalFunction.ts';
import { earlierOf, isAboutToLook, isPending, originalMemoryOf, siblingsOf } from './siblings.ts';

export interface ObservePorts {
  readonly cluster: Pick<Cluster, 'hosts' | 'attachments' | 'secret' | 'namespaceLabels'>;
  readonly vsphere: VsphereConnector;
  readonly rejected: RejectedLogins;
}

export interface Look {
  readonly observation: Observation;
  /** Records that belong to the VM that was found. */
  readonly memory: AttachmentMemory;
  /** Where to act; undefined where the server was not reached. */
  readonly login: Login | undefined;
}

interface Target {
  readonly attachment: SriovVmAttachment;
  readonly memory: AttachmentMemory;
}

export const NOTHING_SEEN: Observation = {
  host: NOT_SEEN,
  port: NOT_SEEN,
  vsphereHost: NOT_SEEN,
  physicalFunction: NOT_SEEN,
  vm: NOT_SEEN,
  card: NOT_SEEN,
  network: NOT_SEEN,
  accounting: NOT_SEEN,
  originalMemory: undefined,
  pendingSiblings: [],
  failure: undefined,
};

interface Wanted extends Target {
  /** Credentials that were rejected are tried once more. */
  readonly retry: boolean;
  /** The inventory of vSphere as it is remembered, where it is: for a look that nothing is written after. */
  readonly fromMemory: boolean;
  /** Keys of attachments that are about to add their cards. */
  readonly claimed: ReadonlySet<string>;
}

/** Throws only when aborted or on an error that is no PortError. */
export async function observe(ports: ObservePorts, target: Wanted, signal: AbortSignal): Promise<Look> {
  const { attachment, memory, retry, fromMemory, claimed } = target;
  if (needsNoLook(attachment, memory)) return { observation: NOTHING_SEEN, memory, login: undefined };
  const object = ports.cluster.hosts.get(hostKeyOf(attachment));
  const admitted = object === undefined ? undefined : await admittedHost(ports.cluster, { host: object, attachment }, signal);
  const host = admitted?.known === false ? admitted : usableHost(object, attachment);
  const deleting = attachment.metadata.deletionTimestamp !== undefined;
  // What was attached while it was allowed may be taken back when it no longer is, and a VM that we powered off gets its power back.
  if (object === undefined || (!host.known && !deleting && !owesPowerOn(memory))) {
    return { observation: { ...NOTHING_SEEN, host }, memory, login: undefined };
  }
  const reader = new Reader(signal);
  const seen = { ...NOTHING_SEEN, host, port: readyPort(object, attachment) };
  const entrance = await reader.fact(async () => {
    return known(await login(ports, { host: object, retry: retry ? wishOf(attachment) : undefined }, signal));
  });
  if (!entrance.known) return { observation: { ...seen, vsphereHost: entrance, failure: reader.failure }, memory, login: undefined };
  const look = await lookInside(
    { reader, login: entrance.value, fromMemory, claimed, host: object, seen },
    target,
    ports.cluster.attachments.list(),
  );
  ports.rejected.note(entrance.value.identity, reader.failure);
  return look;
}

/** A deletion that has nothing to take back, or was abandoned, must not depend on any server. */
function needsNoLook({ metadata, spec }: SriovVmAttachment, memory: AttachmentMemory): boolean {
  if (metadata.deletionTimestamp === undefined) return false;
  if (metadata.annotations?.[ANNOTATIONS.abandon] !== undefined || !hasTouchedVm(memory)) return true;
  return spec.deletionPolicy === 'Retain' && !owesPowerOn(memory);
}

interface Inside {
  readonly reader: Reader;
  readonly login: Login;
  readonly fromMemory: boolean;
  readonly claimed: ReadonlySet<string>;
  readonly host: SriovHost;
  readonly seen: Observation;
}

async function lookInside(inside: Inside, target: Target, attachments: readonly SriovVmAttachment[]): Promise<Look> {
  const { reader, login: entrance, host, seen } = inside;
  const { signal } = reader;
  const vsphere = (inside.fromMemory ? entrance.vsphere.remembered : undefined) ?? entrance.vsphere;
  const { attachment } = target;
  const vsphereHost = await reader.fact(() => readVsphereHost(vsphere, host, signal));
  const physicalFunction =
    vsphereHost.known && seen.port.known
      ? (isPhysical(attachment) ? passedFunctionOf : physicalFunctionOf)(vsphereHost.value, seen.port.value)
      : (NOT_SEEN as typeof seen.physicalFunction);
  const sought = await reader.fact(() => readVm(vsphere, { ...target, host }, signal));
  const refused = !sought.known && sought.because.reason === 'VmNotAllowed' ? sought.because : undefined;
  const owed =
    refused !== undefined && owesPowerOn(target.memory) ? await reader.fact(() => readOwedVm(vsphere, target.memory, signal)) : undefined;
  const vm = owed?.known === true ? owed : sought;
  // A whole physical function has no port group.
  const network = isPhysical(attachment)
    ? (NOT_SEEN as typeof seen.network)
    : await reader.after(vsphereHost, (value) => readNetwork(vsphere, { host: value, attachment }, signal));
  const memory = vm.known ? memoryForVm(target.memory, vm.value) : target.memory;
  const siblings = vm.known ? siblingsOf(attachment, vm.value, attachments) : [];
  const pending = siblings.filter(
    (sibling) => isPending(sibling) || isAboutToLook(sibling, usableHost(host, sibling).known && readyPort(host, sibling).known),
  );
  const partial: Observation = {
    ...seen,
    vsphereHost,
    physicalFunction,
    vm,
    vmRefused: owed?.known === true ? refused : undefined,
    network,
    card: findCard({ ...seen, vm, network, physicalFunction }, { attachment, memory }, siblings),
    originalMemory: originalMemoryOf(siblings),
    pendingSiblings: pending.map(keyOf).sort(),
    earlierSiblings: earlierOf(attachment, pending) ?? [],
  };
  const accounting = await (isPhysical(attachment) ? readHolders : readAccounting)({ reader, vsphere }, partial, {
    attachment,
    attachments,
    claimed: inside.claimed,
  });
  const drs = await readDrs({ reader, vsphere }, partial, { attachment, memory });
  const placement = await readRelocation({ reader, vsphere }, partial, { attachment, attachments });
  const reservable = await readReservable({ reader, vsphere }, partial, attachment);
  // Memory does not tell, and nothing is written after a look into it.
  const lacking = inside.fromMemory ? undefined : await readMissing({ reader, vsphere }, partial, { attachment, memory });
  const observation = { ...partial, ...drs, ...placement, accounting, reservable, lacking, failure: reader.failure };
  return { observation, memory, login: entrance };
}

function findCard(
  { vm, network, physicalFunction }: Observation,
  { attachment, memory }: Target,
  siblings: readonly SriovVmAttachment[],
): Observation['card'] {
  if (!vm.known) return NOT_SEEN as AttachmentFact<never>;
  if (isPhysical(attachment)) {
    return known(identifyFunction(vm.value, memory, physicalFunction.known ? physicalFunction.value.id : undefined));
  }
  return identifyCard({
    vm: vm.value,
    memory,
    wanted: {
      physicalFunction: physicalFunction.known ? physicalFunction.value.id : undefined,
      network: network.known ? network.value.backing : undefined,
      macAddress: attachment.spec.macAddress,
    },
    takenMacAddresses: new Set(siblings.flatMap(({ status }) => status?.device?.macAddress?.toLowerCase() ?? [])),
  });
}
