/** Self-signed server certificates for the simulators: every simulated endpoint speaks real TLS that clients really verify. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export interface ServerCertificate {
  readonly certPem: string;
  readonly keyPem: string;
  /** 64 lower-case hexadecimal digits without colons. */
  readonly fingerprintSha256: string;
}

const made = new Map<string, Promise<ServerCertificate>>();

/**
 * A certificate for these host names and IP addresses, which is also its own CA, so that the PEM serves as a CA bundle.
 * Cached per process and set of names. `variant` asks for another key for the same names, for tests of a changed certificate.
 */
export function makeCertificate(names: readonly string[], variant = ''): Promise<ServerCertificate> {
  if (names.length === 0) {
    throw new Error('makeCertificate: names is empty; give at least one host name or IP address');
  }
  const key = [variant, ...names].join('\n');
  const known = made.get(key);
  if (known !== undefined) {
    return known;
  }
  const fresh = generateCertificate(names);
  made.set(key, fresh);
  return fresh;
}

async function generateCertificate(names: readonly string[]): Promise<ServerCertificate> {
  const day = 86_400_000;
  const altNames = names.map((name) => (isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name }));
  const pems = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - day),
    notAfterDate: new Date(Date.now() + 365 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  const fingerprintSha256 = new X509Certificate(pems.cert).fingerprint256.replaceAll(':', '').toLowerCase();
  return { certPem: pems.cert, keyPem: pems.private, fingerprintSha256 };
}
