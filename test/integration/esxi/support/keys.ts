/** Key pairs made once for a test file. */
import ssh2 from 'ssh2';
import { fingerprintOf } from '../../../../operator/esxi/hostKey.ts';

export interface TestKey {
  readonly privateKey: string;
  /** `ssh-rsa AAAA...` as in authorized_keys. */
  readonly publicLine: string;
  /** The key blob as SSH sends it. */
  readonly blob: Buffer;
  /** `SHA256:...`. */
  readonly fingerprint: string;
}

export function makeKey(kind: 'rsa' | 'ecdsa' | 'ed25519', bits?: number): TestKey {
  const pair =
    kind === 'rsa'
      ? ssh2.utils.generateKeyPairSync('rsa', { bits: bits ?? 2048 })
      : kind === 'ecdsa'
        ? ssh2.utils.generateKeyPairSync('ecdsa', { bits: bits ?? 256 })
        : ssh2.utils.generateKeyPairSync('ed25519');
  const blob = Buffer.from(pair.public.split(' ')[1] ?? '', 'base64');
  return { privateKey: pair.private, publicLine: pair.public, blob, fingerprint: fingerprintOf(blob) };
}
