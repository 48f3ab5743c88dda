/** Takes the restart permit before a host is made unavailable, keeps it while it is, and gives it back afterwards. */
import type { SriovHost } from '../../../api/types.ts';
import type { Cluster, PermitAnswer, Permits } from '../../../ports/cluster.ts';
import { keyOf } from '../../names.ts';
import { type HostMemory, readMemory } from '../memory.ts';
import { isInOurHands, takesHostDown } from '../rules/permit.ts';
import type { HostStep } from '../steps.ts';

export interface PermitDoors {
  readonly permits: Permits;
  readonly cluster: Pick<Cluster, 'fresh'>;
}

/** Undefined where the host needs none. */
export async function askForPermit(
  { permits }: PermitDoors,
  host: SriovHost,
  need: { readonly runnable: readonly HostStep[]; readonly memory: HostMemory; readonly signal: AbortSignal },
): Promise<PermitAnswer | undefined> {
  const needed = need.runnable.some(takesHostDown) || isInOurHands(need.memory);
  if (needed) return await permits.acquire(host, need.signal);
  permits.withdraw(keyOf(host));
  return undefined;
}

/**
 * Once the host is out of our hands. Our cached object may be older than what another replica wrote, so the API server is asked
 * before anything is given back; hosts without a permit cost no request.
 */
export async function giveBackPermit(
  { permits, cluster }: PermitDoors,
  host: SriovHost,
  { memory, signal }: { readonly memory: HostMemory; readonly signal: AbortSignal },
): Promise<void> {
  if (isInOurHands(memory) || !(await permits.mayHold(host, signal))) return;
  const { namespace, name, uid } = host.metadata;
  const fresh = await cluster.fresh('SriovHost', namespace, name, signal);
  if (fresh?.metadata.uid === uid && isInOurHands(readMemory(fresh, false))) return;
  await permits.release(host, signal);
}
