/** The finalizer is there exactly while the host is in maintenance mode or restarting through us, or is to be brought back on deletion. */
import { HOST_FINALIZER } from '../../../api/group.ts';
import type { SriovHost } from '../../../api/types.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import type { HostMemory } from '../memory.ts';
import { isInOurHands } from '../rules/permit.ts';
import { restoresOnDeletion } from '../rules/restore.ts';

type Doors = Pick<Cluster, 'addFinalizer' | 'removeFinalizer' | 'fresh'>;

/** The object as it is then: with the metadata that it has after the write. */
export async function keepFinalizer(cluster: Doors, host: SriovHost, memory: HostMemory, signal: AbortSignal): Promise<SriovHost> {
  const needed = isInOurHands(memory) || restoresOnDeletion(host, memory);
  if (needed === holdsFinalizer(host)) return host;
  if (needed) await cluster.addFinalizer('SriovHost', host, HOST_FINALIZER, signal);
  else await cluster.removeFinalizer('SriovHost', host, HOST_FINALIZER, signal);
  const { namespace, name } = host.metadata;
  const fresh = await cluster.fresh('SriovHost', namespace, name, signal);
  // Spec and status stay those that were looked at: what somebody else wrote meanwhile must be neither called observed nor written over.
  return fresh?.metadata.uid === host.metadata.uid ? { ...host, metadata: fresh.metadata } : host;
}

export function holdsFinalizer(host: SriovHost): boolean {
  return host.metadata.finalizers?.includes(HOST_FINALIZER) ?? false;
}
