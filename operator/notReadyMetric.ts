/** `sriov_not_ready`: how many objects are not Ready, by reason. For alerts on a single reason, such as refused credentials. */
import { findCondition } from './api/conditions.ts';
import type { SriovHost, SriovVmAttachment } from './api/types.ts';
import type { Metrics } from './engine/metrics.ts';

export const NOT_READY = 'sriov_not_ready';

interface Objects {
  hosts(): readonly SriovHost[];
  attachments(): readonly SriovVmAttachment[];
}

/** Returns a function to be called before each scrape; a reason that nobody has any more goes away. */
export function notReadyCollector(metrics: Metrics, objects: Objects): () => void {
  let shown: ReadonlyMap<string, Count> = new Map();
  return () => {
    const counts = countByReason([...objects.hosts(), ...objects.attachments()]);
    for (const [key, { labels }] of shown) if (!counts.has(key)) metrics.remove(NOT_READY, labels);
    for (const { labels, objects: number } of counts.values()) metrics.set(NOT_READY, labels, number);
    shown = counts;
  };
}

interface Count {
  readonly labels: { readonly kind: string; readonly reason: string };
  readonly objects: number;
}

function countByReason(objects: readonly (SriovHost | SriovVmAttachment)[]): ReadonlyMap<string, Count> {
  const counts = new Map<string, Count>();
  for (const { kind, status } of objects) {
    const ready = findCondition(status?.conditions, 'Ready');
    if (ready === undefined || ready.status === 'True') continue;
    const key = `${kind}/${ready.reason}`;
    counts.set(key, { labels: { kind, reason: ready.reason }, objects: (counts.get(key)?.objects ?? 0) + 1 });
  }
  return counts;
}
