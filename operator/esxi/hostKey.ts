/** Decides on the key a host presents, before anything secret is sent to it. */
import { createHash } from 'node:crypto';
import { PortError } from '../ports/errors.ts';
import type { HostKeyFamily } from './algorithms.ts';

export interface HostKeyPolicy {
  /** `SHA256:...` fingerprints, any of which is accepted; then nothing else is. */
  readonly fingerprints: readonly string[];
  /** With no fingerprints: accept whatever comes first. */
  readonly trustOnFirstUse: boolean;
}

/** `SHA256:` and base64 without padding, as `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** True for a fingerprint on the list, however padded, and for any where the first use is trusted. */
export function accepts(policy: HostKeyPolicy, fingerprint: string): boolean {
  if (policy.fingerprints.length === 0) return policy.trustOnFirstUse;
  return policy.fingerprints.some((pinned) => pinned.trim().replace(/=+$/, '') === fingerprint);
}

/** The family of a presented key, from the type name in front of it (RFC 4253, 6.6). */
function familyOf(key: Buffer): HostKeyFamily | undefined {
  const name = key.subarray(4, 4 + (key.length < 4 ? 0 : key.readUInt32BE(0))).toString('latin1');
  if (name.startsWith('ecdsa-')) return 'ecdsa';
  return name === 'ssh-rsa' ? 'rsa' : undefined;
}

/** Why a key was not accepted. The fingerprint is public; comparing it with the console's is what the user has to do. */
export function hostKeyRefused(host: string, policy: HostKeyPolicy, key: Buffer): PortError {
  const fingerprint = fingerprintOf(key);
  const detail = { fingerprint, family: familyOf(key) ?? 'other' };
  const compare = 'compare it with `ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub` (or ..._ecdsa_...) on the host, then';
  if (policy.fingerprints.length === 0) {
    return new PortError(
      'HostKeyUnknown',
      `the SSH host key of ${host} is not known: it presented ${fingerprint}; ${compare} add it to hostKeyFingerprints`,
      {
        detail,
      },
    );
  }
  return new PortError(
    'HostKeyMismatch',
    `the SSH host key of ${host} is not the pinned one: it presented ${fingerprint}. ` +
      `If the host was reinstalled, ${compare} replace hostKeyFingerprints; otherwise somebody may be in between. No credentials were sent`,
    { detail },
  );
}
