/** The certificates of the simulators: verifiable, made once, and exchangeable. */
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../support/tls/makeCertificate.ts';

describe('makeCertificate', () => {
  it('is valid for every name and address given, and for no other', async () => {
    const { certPem } = await makeCertificate(['esx-01.example.com', '127.0.0.1']);
    const certificate = new X509Certificate(certPem);
    expect(certificate.checkHost('esx-01.example.com')).toBe('esx-01.example.com');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('esx-02.example.com')).toBeUndefined();
    expect(certificate.checkIP('127.0.0.2')).toBeUndefined();
  });

  it('has signed itself, gives the fingerprint, and is valid now', async () => {
    const { certPem, fingerprintSha256 } = await makeCertificate(['localhost']);
    const certificate = new X509Certificate(certPem);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(fingerprintSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(fingerprintSha256);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
  });

  it('is made once for the same names, anew for a variant', async () => {
    const [first, second, other] = await Promise.all([makeCertificate(['a']), makeCertificate(['a']), makeCertificate(['a'], 'renewed')]);
    expect(second).toBe(first);
    expect(other.fingerprintSha256).not.toBe(first.fingerprintSha256);
  });
});
