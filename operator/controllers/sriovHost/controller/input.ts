/** What the planner is given, put together from a look and from what only this process knows: its clocks. */

import { keyOf } from '../../names.ts';
import type { Patience } from '../../patience.ts';
import type { Look } from '../controller.ts';
import type { HostMemory } from '../memory.ts';
import { planInputOf } from '../planInput.ts';
import type { PlanInput } from '../rules/input.ts';
import type { SentRestarts } from '../sentRestarts.ts';

export interface Clocks {
  readonly sent: SentRestarts;
  readonly patience: Patience;
  readonly now: Date;
}

export function inputOf({ host, observation, permit }: Look, memory: HostMemory, { sent, patience, now }: Clocks): PlanInput {
  const sentMsAgo = sent.sentMsAgo(keyOf(host), memory.lastRestart);
  return planInputOf(host, { observation, memory, permit, sentMsAgo, guestHadMs: patience.guestTime(keyOf(host)), now });
}
