/** Host keys of simulated hosts. One pair per process unless a test wants another: hosts differ by address, not by key. */
import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';

export interface HostKey {
  /** OpenSSH PEM. */
  readonly privateKey: string;
  /** `ecdsa-sha2-nistp256 AAAA...`. */
  readonly publicKey: string;
  /** `SHA256:...`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
}

let shared: HostKey | undefined;

export function sharedHostKey(): HostKey {
  shared ??= createHostKey();
  return shared;
}

/** ECDSA nistp256: among the kinds that ESXi's sshd offers (no Ed25519). */
export function createHostKey(): HostKey {
  const pair = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const blob = Buffer.from(pair.public.split(' ')[1] ?? '', 'base64');
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { privateKey: pair.private, publicKey: pair.public, fingerprint: `SHA256:${digest}` };
}
