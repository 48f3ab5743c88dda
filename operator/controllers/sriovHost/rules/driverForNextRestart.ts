/** Rule: the driver options are for the functions that the driver has after the next restart, and that depends on which restart it is. */

import { adapterOf, isFirmwareItem } from '../items.ts';
import { type DriverWork, planDriver, triedRightly } from './driver.ts';
import type { AdapterWork, PlanInput } from './input.ts';
import { decideRestart, verdictOf } from './restart.ts';

/**
 * A card whose settings wait for a person to switch the power, or that nothing activates, stays as it is over any other restart. Where one
 * comes for other things, the options are for the functions as they are then; else they are staged for the power cycle. `others`: what is
 * pending beside virtual functions.
 */
export function planDriverForNextRestart(
  input: PlanInput,
  adapters: readonly AdapterWork[],
  { passedThrough, others }: { readonly passedThrough: ReadonlySet<string>; readonly others: readonly string[] },
): DriverWork {
  const stuck = (verdict: 'Manual' | 'Dead', pending: readonly string[]): readonly string[] =>
    pending.filter((item) => isFirmwareItem(item) && verdictOf(item, input) === verdict).map(adapterOf);
  const dead = new Set(stuck('Dead', others));
  const staged = planDriver(input, adapters, { passedThrough, asTheyAre: dead });
  const waiting = stuck('Manual', [...others, ...staged.pending]);
  if (waiting.length === 0) return staged;
  const meanwhile = planDriver(input, adapters, { passedThrough, asTheyAre: new Set([...dead, ...waiting]) });
  const tried = triedRightly(input.memory.tried, meanwhile);
  const decision = decideRestart({ ...input, memory: { ...input.memory, tried } }, [...others, ...meanwhile.pending], adapters);
  return decision.step === undefined ? staged : meanwhile;
}
