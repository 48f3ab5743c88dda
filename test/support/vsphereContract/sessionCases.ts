// Sessions that expire, trust, credentials.
import { describe, expect, it } from '@jest/globals';
import type { TlsTrust } from '../../../operator/ports/bmc.ts';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';
import { type ContractWorld, NEVER, targetOf, type VsphereContractTarget } from './contractWorld.ts';

const NOTHING: TlsTrust = { caBundle: undefined, certificateFingerprint: undefined };
const OTHER_FINGERPRINT = 'ab'.repeat(32);

interface TrustCase {
  readonly why: string;
  readonly tls: (target: VsphereContractTarget) => TlsTrust;
}

const TRUSTED: readonly TrustCase[] = [
  { why: 'the CA is given', tls: ({ certificatePem }) => ({ ...NOTHING, caBundle: certificatePem }) },
  { why: 'the certificate is pinned', tls: ({ certificateFingerprint }) => ({ ...NOTHING, certificateFingerprint }) },
];

const REFUSED: readonly TrustCase[] = [
  { why: 'another certificate is pinned', tls: () => ({ ...NOTHING, certificateFingerprint: OTHER_FINGERPRINT }) },
  {
    why: 'another certificate is pinned although the CA would do',
    tls: ({ certificatePem }) => ({ caBundle: certificatePem, certificateFingerprint: OTHER_FINGERPRINT }),
  },
  { why: 'nothing is given and no public CA has signed the certificate', tls: () => NOTHING },
];

export function sessionCases(world: () => ContractWorld): void {
  describe('session', () => {
    it('logs in anew when the server has forgotten the session, for a read and for a change', async () => {
      const { target, vsphere, vmRef, readVm } = world();
      await target.expireSessions();
      expect((await readVm()).moRef).toBe(vmRef);
      await target.expireSessions();
      await vsphere.powerOff(vmRef, NEVER);
      await target.expireSessions();
      await vsphere.powerOn(vmRef, NEVER);
      expect((await readVm()).powerState).toBe('poweredOn');
    });

    it('serves many callers at once', async () => {
      const { vmRef, readVm } = world();
      const vms = await Promise.all(Array.from({ length: 20 }, () => readVm()));
      expect(new Set(vms.map(({ moRef }) => moRef))).toEqual(new Set([vmRef]));
    });

    it.each(TRUSTED)('trusts the server if $why', async ({ tls }) => {
      const { target } = world();
      expect(await apiTypeWith(target, { tls: tls(target) })).toBe(target.apiType);
    });

    it.each(REFUSED)('refuses the server if $why', async ({ tls }) => {
      const { target } = world();
      await expect(apiTypeWith(target, { tls: tls(target) })).rejects.toMatchObject({ code: 'VsphereCertificateUntrusted' });
    });

    it('says that the credentials are wrong without repeating them', async () => {
      await expect(apiTypeWith(world().target, { password: 'wrong-canary' })).rejects.toMatchObject({
        code: 'VsphereCredentialsRejected',
        message: expect.not.stringContaining('canary'),
      });
    });
  });
}

/** With a connector of its own, so that nothing is shared with other cases. */
async function apiTypeWith(
  target: VsphereContractTarget,
  changed: { readonly tls?: TlsTrust; readonly password?: string },
): Promise<string> {
  const connector = createVsphereConnector();
  try {
    return await connector.open({ ...targetOf(target), ...changed }).apiType(NEVER);
  } finally {
    await connector.close();
  }
}
