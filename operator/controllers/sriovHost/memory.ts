/** What the operator must not forget between two looks, kept in the object's own status. Pure. */
import type { AdapterStatus, JournalEntry, RestartRecord, SriovHost, SriovHostStatus } from '../../api/types.ts';
import type { Identity } from './identity.ts';
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
  readonly approval: SriovHostStatus['approval'];
  readonly retry: string | undefined;
  readonly hostKeyFingerprint: string | undefined;
  /** Terminal failures of adapters for this generation: not tried again until the spec changes or somebody asks for it. */
  readonly refused: Readonly<Record<string, { readonly reason: string; readonly message: string }>>;
  /** Which card each adapter of the spec was found to be. */
  readonly identities: Readonly<Record<string, Identity>>;
  readonly drift: SriovHostStatus['drift'];
  readonly snapshot: SriovHostStatus['snapshot'];
  /** Values of annotations that were taken up, as retry. */
  readonly approved: string | undefined;
  readonly restore: string | undefined;
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
    approval: status?.approval?.generation === host.metadata.generation ? status?.approval : undefined,
    retry: status?.acknowledged?.retry,
    hostKeyFingerprint: status?.esxi?.hostKeyFingerprint,
    refused: sameGeneration && !retryRequested ? refusedAdapters(status?.adapters ?? []) : {},
    identities: recordedIdentities(status, retryRequested),
    drift: status?.drift,
    snapshot: status?.snapshot,
    approved: status?.acknowledged?.approve,
    restore: status?.acknowledged?.restore,
    journal: status?.journal ?? [],
  };
}

/** Somebody who asks for another try means the cards that are there now. */
function recordedIdentities(status: SriovHostStatus | undefined, retryRequested: boolean): HostMemory['identities'] {
  const adapters = retryRequested ? [] : (status?.adapters ?? []);
  const entries = adapters.flatMap(({ name, macAddress, identifiedBy }) =>
    macAddress === undefined || identifiedBy === undefined ? [] : [[name, { macAddress, identifiedBy }] as const],
  );
  return Object.fromEntries(entries);
}

function refusedAdapters(adapters: readonly AdapterStatus[]): HostMemory['refused'] {
  const entries = adapters.flatMap(({ name, problem }) =>
    problem !== undefined && REFUSED_REASONS.has(problem.reason) ? [[name, problem] as const] : [],
  );
  return Object.fromEntries(entries);
}

/** The parts of status that are memory; the rest is recomputed from what is seen. */
export function writeMemory(
  memory: HostMemory,
): Pick<
  SriovHostStatus,
  'restarts' | 'maintenance' | 'poweredOffVms' | 'driver' | 'activation' | 'approval' | 'acknowledged' | 'drift' | 'snapshot' | 'journal'
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

function acknowledged({ retry, approved, restore }: HostMemory): Pick<SriovHostStatus, 'acknowledged'> {
  const verbs = {
    ...(retry === undefined ? {} : { retry }),
    ...(approved === undefined ? {} : { approve: approved }),
    ...(restore === undefined ? {} : { restore }),
  };
  return Object.keys(verbs).length === 0 ? {} : { acknowledged: verbs };
}

const JOURNAL_LENGTH = 20;

export function remember(memory: HostMemory, entry: JournalEntry): HostMemory {
  return { ...memory, journal: [...memory.journal, entry].slice(-JOURNAL_LENGTH) };
}
