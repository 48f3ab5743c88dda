/** What a plan was made for must still be what the user wants when its intent is written down: the cache may be behind. */
import { ANNOTATIONS } from '../../../api/group.ts';
import type { SriovHost } from '../../../api/types.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import { LookAgain } from '../nextLook.ts';

const STOPPING = [ANNOTATIONS.hold, ANNOTATIONS.restore, ANNOTATIONS.detach];

/** Throws LookAgain where the object is another one now, or another replica sent a restart that our cache does not know of yet. */
export async function confirm(cluster: Pick<Cluster, 'fresh'>, { metadata, status }: SriovHost, signal: AbortSignal): Promise<void> {
  const now = await cluster.fresh('SriovHost', metadata.namespace, metadata.name, signal);
  const same =
    now?.metadata.uid === metadata.uid &&
    now.metadata.generation === metadata.generation &&
    now.metadata.deletionTimestamp === metadata.deletionTimestamp &&
    sentRestarts(now.status) === sentRestarts(status) &&
    STOPPING.every((verb) => now.metadata.annotations?.[verb] === metadata.annotations?.[verb]);
  if (!same) throw new LookAgain('the object was changed while it was looked at; nothing was done, looking again');
}

function sentRestarts(status: SriovHost['status']): number {
  return status?.restarts?.total ?? 0;
}
