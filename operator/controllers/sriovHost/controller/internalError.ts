/** An error that nobody foresaw: the log has it, and the object says that there is one. Its records stay as they are. */
import type { SriovHost } from '../../../api/types.ts';
import type { ReconcileContext } from '../../../engine/types.ts';
import { type Cluster, StaleObject } from '../../../ports/cluster.ts';
import { PortError } from '../../../ports/errors.ts';
import { LookAgain } from '../nextLook.ts';
import { reportUnforeseen } from '../status/unforeseen.ts';
import { announce } from './announce.ts';

/** Neither a trouble of the world, which the status has by now, nor a look that has to be repeated, nor a Kubernetes API that does not answer. */
export function isUnforeseen(error: unknown): boolean {
  const foreseen = error instanceof PortError || error instanceof LookAgain || error instanceof StaleObject;
  return !foreseen && !(error instanceof Error && ['KubeError', 'AbortError'].includes(error.name));
}

export async function reportInternalError(
  { cluster, now }: { readonly cluster: Pick<Cluster, 'fresh' | 'applyStatus' | 'event'>; readonly now: () => Date },
  { metadata }: SriovHost,
  { signal, log }: ReconcileContext,
): Promise<void> {
  try {
    signal.throwIfAborted();
    const host = await cluster.fresh('SriovHost', metadata.namespace, metadata.name, signal);
    if (host === undefined || host.metadata.uid !== metadata.uid) return;
    const status = reportUnforeseen(host, now());
    announce(cluster, host, status);
    await cluster.applyStatus('SriovHost', host, status, signal);
  } catch (error) {
    log.warn('the internal error could not be reported in status', { error });
  }
}
