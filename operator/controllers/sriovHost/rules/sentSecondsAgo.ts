/** How long ago a restart was sent, by a clock that nobody sets where this process sent it: what is cut or repeated in time rests on it. Pure. */
import type { RestartRecord } from '../../../api/types.ts';
import type { PlanInput } from './input.ts';

/** Only where another process sent it, the difference of two times of day. */
export function sentSecondsAgo({ requestedTime }: RestartRecord, { now, sentMsAgo }: Pick<PlanInput, 'now' | 'sentMsAgo'>): number {
  return (sentMsAgo ?? now.getTime() - new Date(requestedTime).getTime()) / 1000;
}
