/** `sriov_not_ready` and `sriov_stalled`: how many objects, by reason. For alerts on a single reason, such as refused credentials. */
import { findCondition } from '../api/conditions.ts';
import type { Metrics, Series } from '../engine/metrics.ts';
import type { Objects, SriovObject } from './objects.ts';

/** Returns a function to be called before each scrape; a reason that nobody has any more goes away. */
export function notReadyCollector(metrics: Metrics, objects: Objects): () => void {
  return () => {
    const all = [...objects.hosts(), ...objects.attachments()];
    metrics.replace(
      'sriov_not_ready',
      countByReason(all, ({ status }) => {
        const ready = findCondition(status?.conditions, 'Ready');
        return ready === undefined || ready.status === 'True' ? undefined : ready.reason;
      }),
    );
    metrics.replace('sriov_stalled', countByReason(all, stalledReason));
  };
}

/** Why the operator has stopped trying; undefined while it has not. */
export function stalledReason({ status }: SriovObject): string | undefined {
  const stalled = findCondition(status?.conditions, 'Stalled');
  return stalled?.status === 'True' ? stalled.reason : undefined;
}

function countByReason(objects: readonly SriovObject[], reasonOf: (object: SriovObject) => string | undefined): readonly Series[] {
  const counts = new Map<string, Series>();
  for (const object of objects) {
    const reason = reasonOf(object);
    if (reason === undefined) continue;
    const key = `${object.kind}/${reason}`;
    counts.set(key, { labels: { kind: object.kind, reason }, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  return [...counts.values()];
}
