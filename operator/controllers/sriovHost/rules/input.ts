/** What every rule gets and what rules give back. Types only. */
import type { Problem, SriovHostSpec } from '../../../api/types.ts';
import type { PermitAnswer } from '../../../ports/cluster.ts';
import type { HostMemory } from '../memory.ts';
import type { HostObservation } from '../observation.ts';
import type { ExpectedStep, HostStep } from '../steps.ts';
import type { GuestTime } from '../vmRecords.ts';

export interface PlanInput {
  readonly spec: SriovHostSpec;
  readonly generation: number;
  /** For commands in messages. */
  readonly object?: { readonly namespace: string; readonly name: string };
  readonly annotations: Readonly<Record<string, string>>;
  readonly observation: HostObservation;
  readonly memory: HostMemory;
  /** The host goes back to memory.snapshot instead of on to the spec. */
  readonly restoring?: boolean;
  /** The answer to the question for a restart permit; undefined while it was not asked. */
  readonly permit?: PermitAnswer | undefined;
  /** How long ago this process sent the restart that is under way, in milliseconds; undefined where another process sent it. */
  readonly sentMsAgo?: number | undefined;
  readonly guestHadMs?: GuestTime['guestHadMs'];
  readonly now: Date;
}

/** Why the host as a whole does not go on now; the reason table says whether only a person can help (stalls). */
export type Blocked = Problem;

/** What one adapter needs. `known` is false while its firmware could not be read: nothing is concluded from silence. */
export interface AdapterWork {
  readonly name: string;
  readonly known: boolean;
  readonly problem: Problem | undefined;
  readonly unsupported: readonly string[];
  readonly steps: readonly HostStep[];
  readonly expected: readonly ExpectedStep[];
  /** It cannot be told yet whether it may be written to at all. */
  readonly untouchable?: true;
  /** Items that only a restart brings into effect, see docs/host-planner.md. */
  readonly pending: readonly string[];
  /** Every port of it is passed through, and so MFT may not see it any more: that is no fault, and nothing is concluded from it. */
  readonly outOfReach?: true;
}
