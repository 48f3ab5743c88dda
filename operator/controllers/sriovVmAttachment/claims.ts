/**
 * Who is about to take a function or a MAC address, from the decision until the card is in.
 *
 * A decision rests on a look that takes some time, and is written into status only after that; another attachment may look in between and come to
 * the same one. So a claim is made without a pause after the decision, and refused where somebody else made one since the look began that may
 * have taken what the look found free: the loser looks again.
 */
import type { SriovVmAttachment } from '../../api/types.ts';
import { hostKeyOf, keyOf } from '../names.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';

interface Claim {
  readonly key: string;
  readonly port: string;
  readonly macAddress: string | undefined;
}

/** A look that is under way: what was claimed when it began, and what has been since. */
export interface ClaimsSeen {
  readonly keys: ReadonlySet<string>;
  readonly since: readonly Claim[];
}

export const NO_CLAIMS: ClaimsSeen = { keys: new Set(), since: [] };

interface Decision {
  readonly attachment: SriovVmAttachment;
  readonly plan: Plan;
  readonly observation: Observation;
}

export class Claims {
  readonly #held = new Set<Claim>();
  readonly #looks = new Set<{ readonly since: Claim[] }>();

  /** Runs a look and what is decided on it, between which nobody may come. */
  async during<T>(work: (seen: ClaimsSeen) => Promise<T>): Promise<T> {
    const seen = { keys: new Set([...this.#held].map(({ key }) => key)), since: [] };
    this.#looks.add(seen);
    try {
      return await work(seen);
    } finally {
      this.#looks.delete(seen);
    }
  }

  /** Undefined: refused. Otherwise gives the claim back, to be called once the card is in or not. A plan that adds nothing claims nothing. */
  take({ since }: ClaimsSeen, { attachment, plan, observation }: Decision): (() => void) | undefined {
    if (!addsDevice(plan)) return () => undefined;
    const claim = claimOf(attachment);
    const room = roomIn(observation) - since.filter(({ port }) => port === claim.port).length;
    const rival = claim.macAddress !== undefined && since.some(({ macAddress }) => macAddress === claim.macAddress);
    if (room <= 0 || rival) return undefined;
    this.#held.add(claim);
    for (const look of this.#looks) look.since.push(claim);
    return () => {
      this.#held.delete(claim);
    };
  }
}

function addsDevice({ steps }: Plan): boolean {
  return steps.some((step) => step.kind === 'ReconfigureVm' && step.change.add !== undefined);
}

function claimOf(attachment: SriovVmAttachment): Claim {
  const { adapter, port } = attachment.spec.function;
  return {
    key: keyOf(attachment),
    port: `${hostKeyOf(attachment)} ${adapter} ${port}`,
    macAddress: attachment.spec.macAddress?.toLowerCase(),
  };
}

/** Functions that the look found free. */
function roomIn({ accounting }: Observation): number {
  return accounting.known ? accounting.value.present - accounting.value.holders.length : 0;
}
