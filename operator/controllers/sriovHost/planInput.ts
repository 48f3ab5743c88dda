/** What the planner is given of an object, beside what was seen and remembered. Pure. */
import type { SriovHost } from '../../api/types.ts';
import type { PlanInput } from './rules/input.ts';
import { isRestoring } from './rules/restore.ts';

/** The part of the input that does not follow from the object. */
export type SeenAndRemembered = Pick<PlanInput, 'observation' | 'memory' | 'permit' | 'sentMsAgo' | 'guestHadMs' | 'now'>;

export function planInputOf(host: SriovHost, rest: SeenAndRemembered): PlanInput {
  const { spec, metadata } = host;
  const { generation, annotations = {} } = metadata;
  return { ...rest, spec, generation, object: metadata, annotations, restoring: isRestoring(host) };
}
