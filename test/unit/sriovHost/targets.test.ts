/** Credentials and addresses from the spec and its Secrets; the host key that is pinned on first use. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHost, SriovHostSpec } from '../../../operator/api/types.ts';
import { bmcTarget, esxiTarget } from '../../../operator/controllers/sriovHost/observe/targets.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject } from '../../support/world/runHost.ts';

const ADAPTERS = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 1 }])];
const SIGNAL = new AbortController().signal;

function setUp(
  data: Readonly<Record<string, string>> | undefined,
  esxi: Partial<SriovHostSpec['esxi']> = {},
): { cluster: FakeCluster; host: SriovHost } {
  const cluster = new FakeCluster();
  if (data !== undefined) cluster.secrets.set('lab/host', { resourceVersion: '1', data });
  const spec = hostSpec({ adapters: ADAPTERS });
  return { cluster, host: hostObject({ ...spec, esxi: { ...spec.esxi, ...esxi } }) };
}

describe('esxiTarget', () => {
  it.each([
    { why: 'a password alone', data: { username: 'root', password: 'p' }, password: 'p', privateKey: undefined },
    { why: 'a key alone', data: { username: 'root', 'ssh-privatekey': 'k' }, password: undefined, privateKey: 'k' },
    {
      why: 'both: the key first, the password if the host refuses it',
      data: { username: 'root', password: 'p', 'ssh-privatekey': 'k' },
      password: 'p',
      privateKey: 'k',
    },
  ])('takes $why', async ({ data, password, privateKey }) => {
    const { cluster, host } = setUp(data);
    expect((await esxiTarget(cluster, host, undefined, SIGNAL)).credentials).toEqual({ username: 'root', password, privateKey });
  });

  it.each([
    { why: 'no Secret', data: undefined, code: 'SecretNotFound', says: 'Secret lab/host of spec.esxi.credentialsSecretRef does not exist' },
    { why: 'no user', data: { password: 'p' }, code: 'SecretKeyMissing', says: 'has no key username' },
    {
      why: 'neither password nor key',
      data: { username: 'root' },
      code: 'SecretKeyMissing',
      says: 'has no key password (or ssh-privatekey)',
    },
  ])('refuses: $why', async ({ data, code, says }) => {
    const { cluster, host } = setUp(data);
    await expect(esxiTarget(cluster, host, undefined, SIGNAL)).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
  });

  const pin = `SHA256:${'B'.repeat(43)}`;
  const declared = `SHA256:${'A'.repeat(43)}`;
  it.each([
    { why: 'first contact may show any key', esxi: { trustOnFirstUse: true }, pinned: undefined, keys: [], trust: true },
    { why: 'from then on only the pinned one', esxi: { trustOnFirstUse: true }, pinned: pin, keys: [pin], trust: false },
    {
      why: 'declared keys are the only ones, whatever status says',
      esxi: { hostKeyFingerprints: [declared], trustOnFirstUse: false },
      pinned: pin,
      keys: [declared],
      trust: false,
    },
  ])('host keys: $why', async ({ esxi, pinned, keys, trust }) => {
    const { cluster, host } = setUp({ username: 'root', password: 'p' }, esxi);
    const target = await esxiTarget(cluster, host, pinned, SIGNAL);
    expect({ keys: target.hostKeyFingerprints, trust: target.trustOnFirstUse }).toEqual({ keys, trust });
  });
});

describe('bmcTarget', () => {
  it('is none where none is declared', async () => {
    const { cluster, host } = setUp({ username: 'root', password: 'p' });
    const { bmc: _, ...spec } = host.spec;
    expect(await bmcTarget(cluster, { ...host, spec }, SIGNAL)).toBeUndefined();
  });

  it('names the Secret and the key that is missing', async () => {
    const { cluster, host } = setUp({ username: 'root' });
    await expect(bmcTarget(cluster, host, SIGNAL)).rejects.toMatchObject({
      code: 'SecretKeyMissing',
      message: expect.stringContaining('lab/host has no key password'),
    });
  });
});
