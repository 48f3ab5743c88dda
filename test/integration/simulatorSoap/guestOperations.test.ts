/** The inside of a VM through the vSphere API, against the simulated fleet: programs, files, verified transfers, faults, and no secrets in errors. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Guest } from '../../../operator/ports/guest.ts';
import type { VsphereConnector } from '../../../operator/ports/vsphere.ts';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';
import { OK } from '../../simulator/guest/guestPrograms.ts';
import { GUEST_PASSWORD, SimGuest } from '../../simulator/guest/simGuest.ts';
import { makeCertificate } from '../../support/tls/makeCertificate.ts';
import { type SimulatedSite, startSite } from './support/site.ts';

const NEVER = new AbortController().signal;
const ROOT = { username: 'root', password: GUEST_PASSWORD };

describe.each([
  { why: 'on the host itself, which calls itself an asterisk', which: 'host' },
  { why: 'through a vCenter, which names the host of the VM', which: 'center' },
] as const)('guest operations $why', ({ which }) => {
  let site: SimulatedSite;
  let connector: VsphereConnector;
  let inside: SimGuest;
  const words: (readonly string[])[] = [];

  beforeEach(async () => {
    site = await startSite();
    words.length = 0;
    inside = site.inventory.guests.add(
      site.vm,
      new SimGuest({
        programs: {
          '/usr/bin/say': ({ args }) => {
            words.push(args);
            return { exitCode: args.length, output: `${args.join('|')}\n` };
          },
          '/usr/bin/stay': ({ guest }) => {
            guest.addProcess('root', '/usr/bin/stay --for-ever');
            return OK;
          },
        },
        files: { '/etc/opensm.conf': 'guid 0x0\n' },
      }),
    );
    connector = createVsphereConnector({ requestTimeoutMs: 10_000 });
  });

  afterEach(async () => {
    await connector.close();
    await site.stop();
  });

  function guest(credentials = ROOT): Guest {
    const { endpoint } = which === 'center' ? site.center : site;
    const { username, password } = which === 'center' ? site.center : site.host;
    const tls = { caBundle: undefined, certificateFingerprint: endpoint.certificate.fingerprintSha256 };
    const server = connector.open({ server: endpoint.server, username, password, tls });
    return server.guest(which === 'center' ? `vm-${site.vm.number}` : String(site.vm.number), credentials);
  }

  it('runs a program, gives back its exit code and its words, and leaves nothing behind', async () => {
    const before = inside.files.size;
    expect(await guest().run({ program: '/usr/bin/say', args: ['a', 'b'], timeoutMs: 5_000 }, NEVER)).toEqual({
      exitCode: 2,
      output: 'a|b\n',
    });
    expect(inside.files.size).toBe(before);
  });

  it.each([
    'two words',
    "it's",
    '$(reboot)',
    '`reboot`',
    '; reboot',
    '&& reboot',
    '> /etc/passwd',
    '*',
    '',
    '-rf',
    '"',
    '\\',
    'a\nb',
    '$HOME',
  ])('passes the argument %j on as it is', async (argument) => {
    await guest().run({ program: '/usr/bin/say', args: [argument, 'end'], timeoutMs: 5_000 }, NEVER);
    expect(words).toEqual([[argument, 'end']]);
  });

  it('shows what runs, and nothing that has ended', async () => {
    await guest().run({ program: '/usr/bin/stay', args: [], timeoutMs: 5_000 }, NEVER);
    expect((await guest().processes(NEVER)).map(({ commandLine }) => commandLine)).toEqual(['/usr/bin/stay --for-ever']);
  });

  it('reads a file with its permissions, and knows one that is not there', async () => {
    expect(await guest().readFile('/etc/opensm.conf', NEVER)).toEqual({ content: 'guid 0x0\n', permissions: 0o644 });
    expect(await guest().readFile('/etc/none', NEVER)).toBeUndefined();
  });

  it('writes a file in one move, into a folder that it makes', async () => {
    await guest().writeFile('/etc/systemd/system/x.d/50.conf', { content: '[Service]\nü\n', permissions: 0o600 }, NEVER);
    expect(inside.files.get('/etc/systemd/system/x.d/50.conf')).toEqual({ content: '[Service]\nü\n', permissions: 0o600 });
    await guest().writeFile('/etc/opensm.conf', { content: 'new\n', permissions: 0o644 }, NEVER);
    expect(inside.read('/etc/opensm.conf')).toBe('new\n');
    expect([...inside.files.keys()].filter((path) => path.includes('sriov-operator-new'))).toEqual([]);
  });

  it('removes a temporary folder also when the work in it fails', async () => {
    const failing = guest().inTemporaryFolder(async (path) => {
      expect(inside.files.has(`${path}/`)).toBe(true);
      throw new Error('on purpose');
    }, NEVER);
    await expect(failing).rejects.toThrow('on purpose');
    expect(inside.glob('/tmp/*')).toEqual([]);
  });

  it.each([
    { why: 'a wrong password', code: 'GuestCredentialsRejected', break: () => inside.accounts.set('root', { password: 'other', uid: 0 }) },
    {
      why: 'VMware Tools that do not run',
      code: 'GuestUnavailable',
      break: () => site.inventory.editVm(site.vm, (vm) => (vm.toolsInstalled = false)),
    },
    { why: 'a VM that is off', code: 'GuestUnavailable', break: () => site.inventory.power.off(site.vm) },
  ])('calls $why $code, without the password in the error', async ({ code, break: spoil }) => {
    spoil();
    const error: unknown = await guest()
      .run({ program: '/usr/bin/say', args: [], timeoutMs: 5_000 }, NEVER)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error) + String(error)).not.toContain(GUEST_PASSWORD);
  });

  it('gives up at once when the caller does', async () => {
    const stopped = AbortSignal.abort();
    await expect(guest().run({ program: '/usr/bin/say', args: [], timeoutMs: 5_000 }, stopped)).rejects.toMatchObject({ code: 'Aborted' });
    expect(words).toEqual([]);
  });
});

describe('the certificate of the host that serves a file', () => {
  it('is the one that the vCenter has of it, or nothing is transferred', async () => {
    const site = await startSite();
    const connector = createVsphereConnector({ requestTimeoutMs: 10_000 });
    try {
      site.inventory.guests.add(site.vm, new SimGuest({ files: { '/etc/x': 'secret\n' } }));
      const { server } = site.endpoint;
      const other = await makeCertificate(['192.0.2.77']);
      site.inventory.guests.serve(site.host.id, () => ({ server, certPem: other.certPem }));
      const { username, password, endpoint } = site.center;
      const tls = { caBundle: undefined, certificateFingerprint: endpoint.certificate.fingerprintSha256 };
      const guest = connector.open({ server: endpoint.server, username, password, tls }).guest(`vm-${site.vm.number}`, ROOT);
      await expect(guest.readFile('/etc/x', NEVER)).rejects.toMatchObject({ code: 'VsphereCertificateUntrusted' });
      site.inventory.guests.serve(site.host.id, () => ({ server, certPem: 'none' }));
      await expect(guest.readFile('/etc/x', NEVER)).rejects.toMatchObject({ code: 'VsphereCertificateUntrusted' });
    } finally {
      await connector.close();
      await site.stop();
    }
  });
});
