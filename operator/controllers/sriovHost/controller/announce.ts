/** An event when the summary of a host changes its reason; steps announce themselves. */
import { findCondition } from '../../../api/conditions.ts';
import { reasonEntry } from '../../../api/reasons.ts';
import type { SriovHost, SriovHostStatus } from '../../../api/types.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import { asHostReason, REASON_OF_STEP } from '../status/conditions.ts';

const STEP_REASONS: ReadonlySet<string> = new Set(Object.values(REASON_OF_STEP));

export function announce(cluster: Pick<Cluster, 'event'>, host: SriovHost, status: SriovHostStatus): void {
  const ready = findCondition(status.conditions, 'Ready');
  const before = findCondition(host.status?.conditions, 'Ready');
  if (ready === undefined || before?.reason === ready.reason || STEP_REASONS.has(ready.reason)) return;
  const reason = asHostReason(ready.reason);
  const { event } = reasonEntry('SriovHost', reason);
  if (event !== 'None') cluster.event(host, { reason, type: event, action: 'Reconcile', note: ready.message });
}
