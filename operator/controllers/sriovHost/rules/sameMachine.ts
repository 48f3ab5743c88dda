/** Rule: what was begun on one machine is not ended on another, as after an address was corrected in the middle of a restart. Pure. */
import { ANNOTATIONS } from '../../../api/group.ts';
import type { SriovHost } from '../../../api/types.ts';
import { isRetry } from '../../retry.ts';
import type { HostMemory } from '../memory.ts';
import type { Blocked } from './input.ts';
import { isInOurHands } from './permit.ts';
import { isRestoring } from './restore.ts';

/**
 * `shown`: the fingerprint of the machine that answers now. The SSH host key tells machines apart and stays when an address changes; ESXi keeps it
 * over restarts. Who asks for a retry says that it is the same machine.
 */
export function otherMachine(host: SriovHost, memory: HostMemory, shown: string): Blocked | undefined {
  const { hostKeyFingerprint: begun } = memory;
  const unfinished = isInOurHands(memory) || isRestoring(host);
  if (!unfinished || begun === undefined || begun === shown || isRetry(host)) return undefined;
  const { address, sshPort } = host.spec.esxi;
  return {
    reason: 'HostReplaced',
    message: `${address}:${sshPort} shows the SSH host key ${shown}; what is under way was begun on the machine with ${begun}, so nothing is done here. Put spec.esxi back to that machine until it is finished, or let it go with the annotation ${ANNOTATIONS.detach}; if it is the same one with a new key, set ${ANNOTATIONS.retry}`,
  };
}
