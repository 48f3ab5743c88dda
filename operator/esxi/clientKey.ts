/** Checks a private key before it is tried: ESXi's sshd would answer a wrong kind of key only with "permission denied". */
import { createPublicKey } from 'node:crypto';
import ssh2 from 'ssh2';
import { PortError } from '../ports/errors.ts';

/** FIPS mode of ESXi's sshd takes no shorter RSA key. */
const MIN_RSA_BITS = 2048;

/** Throws CredentialsRejected, without a word of the key, for a key that no ESXi host accepts. */
export function requireUsableKey(privateKey: string): void {
  const parsed = ssh2.utils.parseKey(privateKey);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
    throw unusable(
      key instanceof Error && /encrypted|passphrase/i.test(key.message)
        ? 'is protected by a passphrase; store it without one'
        : 'is no private key in PEM or OpenSSH form',
    );
  }
  if (key.type === 'ssh-ed25519') throw unusable("is an Ed25519 key, which ESXi's sshd (FIPS) does not take");
  if (key.type === 'ssh-rsa') {
    const bits = createPublicKey(key.getPublicPEM()).asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < MIN_RSA_BITS) throw unusable(`is an RSA key of ${bits} bits, and ESXi's sshd (FIPS) takes none below ${MIN_RSA_BITS}`);
    return;
  }
  if (!key.type.startsWith('ecdsa-sha2-nistp')) throw unusable(`is of the type ${key.type}, which ESXi's sshd does not take`);
}

function unusable(why: string): PortError {
  return new PortError('CredentialsRejected', `ssh-privatekey in the Secret ${why}; use an RSA key of 2048 bits or more, or an ECDSA key`);
}
