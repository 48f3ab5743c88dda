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

export function makeKey(kind: 'rsa' | 'ecdsa' | 'ed25519', bits?: 256 | 384 | 1024 | 2048): TestKey {
  const pair = generate(kind, bits);
  const blob = Buffer.from(pair.public.split(' ')[1] ?? '', 'base64');
  return { privateKey: pair.private, publicLine: pair.public, blob, fingerprint: fingerprintOf(blob) };
}

function generate(
  kind: 'rsa' | 'ecdsa' | 'ed25519',
  bits: 256 | 384 | 1024 | 2048 | undefined,
): { readonly private: string; readonly public: string } {
  if (kind === 'rsa') return ssh2.utils.generateKeyPairSync('rsa', { bits: bits ?? 2048 });
  if (kind === 'ecdsa') return ssh2.utils.generateKeyPairSync('ecdsa', { bits: bits === 384 ? 384 : 256 });
  return ssh2.utils.generateKeyPairSync('ed25519');
}
