/** What the operator must not forget between two looks, kept in the object's own status. Pure. */
import type { AdapterStatus, JournalEntry, RestartRecord, SriovHost, SriovHostStatus } from '../../api/types.ts';

export interface HostMemory {
  /** Restarts sent for the current generation. */
  readonly restartCount: number;
  readonly restartTotal: number;
  readonly lastRestart: RestartRecord | undefined;
  /** Items that restarts did not bring into effect, with the strongest restart tried. */
  readonly tried: Readonly<Record<string, RestartRecord['kind']>>;
  readonly maintenanceEnteredByUs: boolean;
  readonly maintenanceSince: string | undefined;
  /** What mlxconfig said after the last set, by adapter. */
  readonly activation: Readonly<Record<string, 'Reboot' | 'PowerCycle' | 'Unknown'>>;
  /** The driver options that we wrote, and the physical functions that their max_vfs was written for. */
  readonly driver: SriovHostStatus['driver'];
  readonly approval: SriovHostStatus['approval'];
  readonly retry: string | undefined;
  readonly hostKeyFingerprint: string | undefined;
  /** Terminal failures of adapters for this generation: not tried again until the spec changes or somebody asks for it. */
  readonly refused: Readonly<Record<string, { readonly reason: string; readonly message: string }>>;
  readonly journal: readonly JournalEntry[];
}

/** Reasons that an action found out and that the same action would only find out again. */
export const REFUSED_REASONS: ReadonlySet<string> = new Set([
  'VfCountExceedsDevice',
  'ParameterRefused',
  'FirmwareBurnFailed',
  'ChecksumMismatch',
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
    activation: Object.fromEntries((status?.activation ?? []).map(({ adapter, needs }) => [adapter, needs])),
    driver: status?.driver,
    approval: status?.approval?.generation === host.metadata.generation ? status?.approval : undefined,
    retry: status?.acknowledged?.retry,
    hostKeyFingerprint: status?.esxi?.hostKeyFingerprint,
    refused: sameGeneration && !retryRequested ? refusedAdapters(status?.adapters ?? []) : {},
    journal: status?.journal ?? [],
  };
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
): Pick<SriovHostStatus, 'restarts' | 'maintenance' | 'driver' | 'activation' | 'approval' | 'acknowledged' | 'journal'> {
  const tried = Object.entries(memory.tried).map(([item, strongest]) => ({ item, strongest }));
  const activation = Object.entries(memory.activation).map(([adapter, needs]) => ({ adapter, needs }));
  return {
    restarts: {
      count: memory.restartCount,
      total: memory.restartTotal,
      ...(memory.lastRestart === undefined ? {} : { last: memory.lastRestart }),
      ...(tried.length === 0 ? {} : { tried }),
    },
    ...(memory.maintenanceEnteredByUs
      ? { maintenance: { enteredByUs: true, ...(memory.maintenanceSince === undefined ? {} : { since: memory.maintenanceSince }) } }
      : {}),
    ...(activation.length === 0 ? {} : { activation }),
    ...(memory.driver === undefined ? {} : { driver: memory.driver }),
    ...(memory.approval === undefined ? {} : { approval: memory.approval }),
    ...(memory.retry === undefined ? {} : { acknowledged: { retry: memory.retry } }),
    ...(memory.journal.length === 0 ? {} : { journal: memory.journal }),
  };
}

const JOURNAL_LENGTH = 20;

export function remember(memory: HostMemory, entry: JournalEntry): HostMemory {
  return { ...memory, journal: [...memory.journal, entry].slice(-JOURNAL_LENGTH) };
}
