/** What SSH algorithms are offered: modern ones only, with something for every sshd of ESXi 6.7 to 8.0 (FIPS: no Ed25519, no Curve25519). */
import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

/** By the type name that the key itself begins with; an RSA key may be used with either SHA-2 signature. */
const HOST_KEY_ALGORITHMS = {
  ecdsa: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  rsa: ['rsa-sha2-512', 'rsa-sha2-256'],
} as const satisfies Record<string, readonly ServerHostKeyAlgorithm[]>;

export type HostKeyFamily = keyof typeof HOST_KEY_ALGORITHMS;

export function algorithms(families: readonly HostKeyFamily[]): Algorithms {
  return {
    kex: [
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
    ],
    serverHostKey: families.flatMap((family): ServerHostKeyAlgorithm[] => [...HOST_KEY_ALGORITHMS[family]]),
    cipher: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
    hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
    compress: ['none'],
  };
}
