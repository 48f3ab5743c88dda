/** What the object says about an error of the operator itself. Pure. */
import { type ConditionInput, mergeConditions } from '../../../api/conditions.ts';
import type { HostConditionType } from '../../../api/reasons/conditionTypes.ts';
import type { HostReason } from '../../../api/reasons.ts';
import type { SriovHost, SriovHostStatus } from '../../../api/types.ts';
import { INTERNAL_ERROR } from '../../internalError.ts';

const CONDITIONS: readonly ConditionInput<HostConditionType, HostReason>[] = [
  { type: 'Ready', status: 'False', reason: 'InternalError', message: INTERNAL_ERROR },
  { type: 'Reconciling', status: 'True', reason: 'InternalError', message: INTERNAL_ERROR },
  { type: 'Stalled', status: 'False', reason: 'NotStalled', message: 'it is tried again' },
];

/** What was known of the host, and which spec was looked at last, stays. */
export function reportUnforeseen({ metadata, status }: SriovHost, now: Date): SriovHostStatus {
  const said = new Set<string>(CONDITIONS.map(({ type }) => type));
  const others = (status?.conditions ?? []).filter(({ type }) => !said.has(type));
  const conditions = [...mergeConditions(status?.conditions, CONDITIONS, metadata.generation, now), ...others];
  return { ...status, conditions, progress: INTERNAL_ERROR };
}
