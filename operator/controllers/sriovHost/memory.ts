/** What the operator must not forget between two looks, kept in the object's own status. Pure. */
import { ANNOTATIONS } from '../../api/group.ts';
import type { AdapterStatus, JournalEntry, Problem, RestartRecord, SriovHost, SriovHostStatus } from '../../api/types.ts';
import type { Identity } from './identity.ts';
import type { PassthroughRecord } from './physicalFunctions.ts';
import type { PoweredOffVm, RemainingVm } from './vms.ts';

export interface HostMemory {
  /** Restarts sent for the current generation. */
  readonly restartCount: number;
  readonly restartTotal: number;
  readonly lastRestart: RestartRecord | undefined;
  /** Items that restarts did not bring into effect, with the strongest restart tried. */
  readonly tried: Readonly<Record<string, RestartRecord['kind']>>;
  readonly maintenanceEnteredByUs: boolean;
  readonly maintenanceSince: string | undefined;
  /** From before the command until the host is seen in maintenance mode. */
  readonly maintenanceEntering: boolean;
  readonly remainingVms: readonly RemainingVm[];
  /** VMs that were shut down for a restart and are owed their power. */
  readonly poweredOffVms: readonly PoweredOffVm[];
  /** What mlxconfig said after the last set, by adapter. */
  readonly activation: Readonly<Record<string, 'Reboot' | 'PowerCycle' | 'Unknown'>>;
  /** The driver options that we wrote, and the physical functions that their max_vfs was written for. */
  readonly driver: SriovHostStatus['driver'];
  /** Functions that the operator passed through to VMs. */
  readonly passthrough: readonly PassthroughRecord[];
  readonly approval: SriovHostStatus['approval'];
  readonly retry: string | undefined;
  readonly hostKeyFingerprint: string | undefined;
  /** Terminal failures of adapters for this generation: not tried again until the spec changes or somebody asks for it. */
  readonly refused: Readonly<Record<string, { readonly reason: string; readonly message: string }>>;
  /** The same of VIBs, by name: the host is handed back, and not taken out of service for them again. */
  readonly refusedVibs: Readonly<Record<string, Problem>>;
  /** Which card each adapter of the spec was found to be. */
  readonly identities: Readonly<Record<string, Identity>>;
  readonly drift: SriovHostStatus['drift'];
  readonly snapshot: SriovHostStatus['snapshot'];
  /** Values of annotations that were taken up, as retry. */
  readonly approved: string | undefined;
  readonly restore: string | undefined;
  readonly hold: string | undefined;
  readonly detached: string | undefined;
  readonly detach: SriovHostStatus['detach'];
  readonly journal: readonly JournalEntry[];
}

/** Reasons that an action found out and that the same action would only find out again. */
export const REFUSED_REASONS: ReadonlySet<string> = new Set([
  'VfCountExceedsDevice',
  'ParameterRefused',
  'FirmwareBurnFailed',
  'ChecksumMismatch',
  'FirmwareChecksumMismatch',
  'FirmwareDownloadRefused',
  'PassthroughRefused',
]);

/** `retryRequested` forgets what was tried and refused, and starts the restart budget anew. */
export function readMemory(host: SriovHost, retryRequested: boolean): HostMemory {
  const status = host.status;
  const sameGeneration = status?.observedGeneration === host.metadata.generation;
  const last = status?.restarts?.last;
  const tried = (status?.restarts?.tried ?? []).map(({ item, strongest }) => [item, strongest] as const);
  return {
    restartCount: sameGeneration && !retryRequested ? (status?.restarts?.count ?? 0) : 0,
    restartTotal: status?.restarts?.total ?? 0,
    lastRestart: last !== undefined && retryRequested && last.state !== 'Requested' ? { ...last, pending: [] } : last,
    tried: retryRequested ? {} : Object.fromEntries(tried),
    maintenanceEnteredByUs: status?.maintenance?.enteredByUs ?? false,
    maintenanceSince: status?.maintenance?.since,
    maintenanceEntering: status?.maintenance?.entering ?? false,
    remainingVms: status?.maintenance?.remainingVms ?? [],
    poweredOffVms: status?.poweredOffVms ?? [],
    activation: Object.fromEntries((status?.activation ?? []).map(({ adapter, needs }) => [adapter, needs])),
    driver: status?.driver,
    passthrough: passthroughRecords(status),
    approval: status?.approval?.generation === host.metadata.generation ? status?.approval : undefined,
    retry: status?.acknowledged?.retry,
    hostKeyFingerprint: status?.esxi?.hostKeyFingerprint,
    ...refusals(sameGeneration && !retryRequested ? status : undefined),
    identities: recordedIdentities(status, retryRequested),
    drift: status?.drift,
    snapshot: status?.snapshot,
    approved: status?.acknowledged?.approve,
    restore: status?.acknowledged?.restore,
    hold: status?.acknowledged?.hold,
    ...detachOf(host),
    journal: status?.journal ?? [],
  };
}

/** Without the annotation nobody is detaching it any more. */
function detachOf({ metadata, status }: SriovHost): Pick<HostMemory, 'detached' | 'detach'> {
  const detached = metadata.annotations?.[ANNOTATIONS.detach];
  return { detached, detach: detached === undefined ? undefined : status?.detach };
}

/** Somebody who asks for another try means the cards that are there now. */
function recordedIdentities(status: SriovHostStatus | undefined, retryRequested: boolean): HostMemory['identities'] {
  const adapters = retryRequested ? [] : (status?.adapters ?? []);
  const entries = adapters.flatMap(({ name, macAddress, identifiedBy }) =>
    macAddress === undefined || identifiedBy === undefined ? [] : [[name, { macAddress, identifiedBy }] as const],
  );
  return Object.fromEntries(entries);
}

function refusals(status: SriovHostStatus | undefined): Pick<HostMemory, 'refused' | 'refusedVibs'> {
  const vibs = (status?.software ?? []).flatMap(({ name, problem }) => (problem === undefined ? [] : [[name, problem] as const]));
  return { refused: refusedAdapters(status?.adapters ?? []), refusedVibs: Object.fromEntries(vibs) };
}

function refusedAdapters(adapters: readonly AdapterStatus[]): HostMemory['refused'] {
  const entries = adapters.flatMap(({ name, problem }) =>
    problem !== undefined && REFUSED_REASONS.has(problem.reason) ? [[name, problem] as const] : [],
  );
  return Object.fromEntries(entries);
}

function passthroughRecords(status: SriovHostStatus | undefined): HostMemory['passthrough'] {
  return (status?.passthrough ?? [])
    .filter(({ enabledByUs }) => enabledByUs)
    .map(({ adapter, port, pciAddress, macAddress, vmnic, seenActive }) => ({
      adapter,
      port,
      pciAddress,
      ...(macAddress === undefined ? {} : { macAddress }),
      ...(vmnic === undefined ? {} : { vmnic }),
      ...(seenActive === undefined ? {} : { seenActive }),
    }));
}

/** The parts of status that are memory; the rest is recomputed from what is seen. */
export function writeMemory(
  memory: HostMemory,
): Pick<
  SriovHostStatus,
  | 'restarts'
  | 'maintenance'
  | 'poweredOffVms'
  | 'driver'
  | 'activation'
  | 'approval'
  | 'acknowledged'
  | 'detach'
  | 'drift'
  | 'snapshot'
  | 'journal'
> {
  const tried = Object.entries(memory.tried).map(([item, strongest]) => ({ item, strongest }));
  const activation = Object.entries(memory.activation).map(([adapter, needs]) => ({ adapter, needs }));
  return {
    restarts: {
      count: memory.restartCount,
      total: memory.restartTotal,
      ...(memory.lastRestart === undefined ? {} : { last: memory.lastRestart }),
      ...(tried.length === 0 ? {} : { tried }),
    },
    ...(memory.maintenanceEnteredByUs ? { maintenance: maintenanceStatus(memory) } : {}),
    ...(memory.poweredOffVms.length === 0 ? {} : { poweredOffVms: [...memory.poweredOffVms] }),
    ...(activation.length === 0 ? {} : { activation }),
    ...(memory.driver === undefined ? {} : { driver: memory.driver }),
    ...(memory.approval === undefined ? {} : { approval: memory.approval }),
    ...acknowledged(memory),
    ...(memory.detach === undefined ? {} : { detach: memory.detach }),
    ...(memory.drift === undefined ? {} : { drift: memory.drift }),
    ...(memory.snapshot === undefined ? {} : { snapshot: memory.snapshot }),
    ...(memory.journal.length === 0 ? {} : { journal: memory.journal }),
  };
}

function maintenanceStatus({
  maintenanceSince,
  maintenanceEntering,
  remainingVms,
}: HostMemory): NonNullable<SriovHostStatus['maintenance']> {
  return {
    enteredByUs: true,
    ...(maintenanceSince === undefined ? {} : { since: maintenanceSince }),
    ...(maintenanceEntering ? { entering: true } : {}),
    ...(remainingVms.length === 0 ? {} : { remainingVms: [...remainingVms] }),
  };
}

function acknowledged({ retry, approved, restore, hold, detached }: HostMemory): Pick<SriovHostStatus, 'acknowledged'> {
  const verbs = {
    ...(retry === undefined ? {} : { retry }),
    ...(approved === undefined ? {} : { approve: approved }),
    ...(restore === undefined ? {} : { restore }),
    ...(hold === undefined ? {} : { hold }),
    ...(detached === undefined ? {} : { detach: detached }),
  };
  return Object.keys(verbs).length === 0 ? {} : { acknowledged: verbs };
}

const JOURNAL_LENGTH = 20;

/** What repeats itself for hours takes the place of the entry before: it must not push out what was done. */
export function remember(memory: HostMemory, entry: JournalEntry): HostMemory {
  const last = memory.journal.at(-1);
  const repeats = entry.result === 'Failed' || entry.action === 'PowerOn';
  const repeated = repeats && last !== undefined && SAME_ENTRY.every((field) => last[field] === entry[field]);
  const before = repeated ? memory.journal.slice(0, -1) : memory.journal;
  return { ...memory, journal: [...before, entry].slice(-JOURNAL_LENGTH) };
}

const SAME_ENTRY = ['action', 'subject', 'result', 'detail'] as const;
