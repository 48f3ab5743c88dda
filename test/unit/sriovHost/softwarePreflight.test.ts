/** Before a VIB is installed: an image of vSphere Lifecycle Manager, or Secure Boot and a VIB without a signature, end in a named reason. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import type { HostManagement } from '../../../operator/ports/vsphere.ts';
import { standardDepot, storeBundle, storeVib } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { RELEASES } from '../../simulator/profiles/releases.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { HostFiles } from '../../simulator/world/hostFiles.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { Inventory } from '../../simulator/world/inventory.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';
import { worldVsphere } from '../../support/world/worldVsphere.ts';

const MANAGEMENT: HostManagement = { connectionState: 'connected', imageManaged: false, lockdown: 'Disabled', sshRunning: true };
const VCENTER = { server: 'vcenter.example.com', credentialsSecretRef: { name: 'vcenter' } };
const unsigned = { ...RELEASES['7.0u3'].nmst, acceptanceLevel: 'CommunitySupported' };

interface Case {
  readonly world?: Partial<HostWorldOptions>;
  readonly spec?: Partial<SriovHostSpec>;
  readonly management?: Partial<HostManagement>;
  readonly prepare?: (files: HostFiles) => void;
  readonly secret?: boolean;
}

async function play({ world: more, spec, management, prepare, secret = true }: Case = {}) {
  const clock = new ManualClock();
  const files = standardDepot('7.0u3');
  prepare?.(files);
  const profile = hostProfile({ tools: 'bare' });
  const world = new HostWorld({ id: 'h', name: '127.0.0.1', clock, profile, files, adapters: [{ model: connectX5En }], ...more });
  const inventory = new Inventory({ clock });
  inventory.addHost(world, { cluster: 'prod' });
  const cluster = new FakeCluster();
  if (secret) cluster.secrets.set('lab/vcenter', { resourceVersion: '1', data: { username: 'u', password: 'p' } });
  const vsphere = worldVsphere({ inventory, world, management: { ...MANAGEMENT, ...management } });
  const adapters = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }])];
  const { host } = await runHost(world, clock, hostSpec({ adapters, software: MFT_SOFTWARE, ...spec }), { cluster, vsphere });
  const ready = findCondition(host().status?.conditions, 'Ready');
  const software = findCondition(host().status?.conditions, 'SoftwareInstalled');
  const { counters, maintenanceMode } = world;
  return { ready, software, world, installed: counters.vibInstalls, restarts: counters.restarts.length, maintenanceMode };
}

const NOTHING_DONE = { installed: 0, restarts: 0, maintenanceMode: false };

describe('a host whose cluster an image manages', () => {
  it('gets no VIB that the next remediation removes; what to add to the image is named', async () => {
    const end = await play({ spec: { vsphere: VCENTER }, management: { imageManaged: true } });
    expect(end).toMatchObject({
      ...NOTHING_DONE,
      ready: { reason: 'ManagedByLifecycleImage' },
      software: { reason: 'ManagedByLifecycleImage' },
    });
    expect(end.ready?.message).toMatch(/nmst 4\.22\.1\.11 or later, mft 4\.22\.1\.11 or later/);
  });

  it.each([
    { why: 'where the spec wants it all the same', spec: { vsphere: VCENTER, installOnImageManagedHost: true } },
    { why: 'where no vCenter is declared that could tell', spec: {} },
  ])('gets it $why', async ({ spec }) => {
    const end = await play({ spec, management: { imageManaged: true } });
    expect(end).toMatchObject({ ready: { reason: 'Succeeded' }, restarts: 2 });
  });

  it('is no obstacle where nothing has to be installed', async () => {
    const world = { profile: hostProfile({ tools: 'withMft' }) };
    const end = await play({ world, spec: { vsphere: VCENTER }, management: { imageManaged: true } });
    expect(end).toMatchObject({ ready: { reason: 'Succeeded' }, restarts: 1 });
  });

  it('is not guessed away while vCenter cannot be asked', async () => {
    const end = await play({ spec: { vsphere: VCENTER }, secret: false });
    expect(end).toMatchObject({ ...NOTHING_DONE, ready: { reason: 'SecretNotFound' } });
  });
});

describe('a VIB without a signature', () => {
  const inFile = (files: HostFiles): void => void storeVib(files, '/vmfs/volumes/ds1/nmst.vib', unsigned);
  const inBundle = (files: HostFiles): void => void storeBundle(files, '/vmfs/volumes/ds1/mft.zip', [unsigned, RELEASES['7.0u3'].mft]);
  const DEPOTS = MFT_SOFTWARE.map((vib) => ({ ...vib, source: { depot: '/vmfs/volumes/ds1/mft.zip' } }));

  it.each([
    { why: 'as a file', prepare: inFile, spec: {} },
    { why: 'in a bundle', prepare: inBundle, spec: { software: DEPOTS } },
  ])('$why is refused under Secure Boot before the host is taken out of service', async ({ prepare, spec }) => {
    const end = await play({ world: { secureBoot: true }, prepare, spec });
    expect(end).toMatchObject({
      ...NOTHING_DONE,
      ready: { reason: 'SecureBootForbidsUnsignedVib' },
      software: { reason: 'SecureBootForbidsUnsignedVib' },
    });
    expect(end.ready?.message).toMatch(/nmst 4\.22\.1\.11-1OEM\.703\S* in \/vmfs\/volumes\/ds1/);
  });

  it('without Secure Boot is for the host to judge', async () => {
    expect((await play({ prepare: inFile })).ready?.reason).not.toBe('SecureBootForbidsUnsignedVib');
  });

  it('of which the bundle holds another is none of ours', async () => {
    const foreign = { ...unsigned, name: 'other' };
    const prepare = (files: HostFiles): void =>
      void storeBundle(files, '/vmfs/volumes/ds1/mft.zip', [foreign, RELEASES['7.0u3'].nmst, RELEASES['7.0u3'].mft]);
    const end = await play({ world: { secureBoot: true }, prepare, spec: { software: DEPOTS } });
    expect(end.ready?.reason).not.toBe('SecureBootForbidsUnsignedVib');
  });

  it('does not disturb a host with signed VIBs', async () => {
    expect(await play({ world: { secureBoot: true } })).toMatchObject({ ready: { reason: 'Succeeded' }, restarts: 2 });
  });
});
