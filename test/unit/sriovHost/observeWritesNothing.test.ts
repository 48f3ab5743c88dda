/** mode: Observe writes nothing at all but status: not to the host, its BMC, its vSphere server, no finalizer, no permit, no snapshot. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { byPath, byUrl, makeImage, otherVersion } from '../../support/world/firmwareImages.ts';
import { adapterSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { ask } from '../../support/world/physicalFunction.ts';
import { disturbedStage, specWith } from './disturbedStage.ts';

/** All that a look may call; a new method of a port has to be put here, or is taken for a write. */
const READS: ReadonlySet<string> = new Set([
  'version',
  'uptimeMicroseconds',
  'encryptionMode',
  'secureBoot',
  'vibs',
  'stagedVibs',
  'offeredVibs',
  'pciFunctions',
  'nics',
  'uplinkUsers',
  'moduleOptions',
  'moduleParameters',
  'mstDevices',
  'firmwareConfig',
  'firmwareVersions',
  'firmwareImage',
  'unfinishedBurn',
  'sriovNics',
  'virtualFunctions',
  'maintenanceMode',
  'runningVms',
  'logTail',
  'sha256',
  'fileExists',
  'system',
  'biosAttributes',
  'pendingBiosAttributes',
]);

const image = makeImage(connectX6Vpi.psid, otherVersion(connectX6Vpi.firmwareVersion, 1));
const ports = [{ number: 1, vfs: 4, linkType: 'InfiniBand' as const }];
const bios = (spec: SriovHostSpec): SriovHostSpec =>
  ({ ...spec, bmc: { ...spec.bmc, biosAttributes: { SriovGlobalEnable: 'Enabled' } } }) as SriovHostSpec;

interface Case {
  readonly why: string;
  readonly spec?: Partial<SriovHostSpec>;
  readonly world?: Partial<HostWorldOptions>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Planned, and not done. */
  readonly plans: string;
  readonly reason?: string;
}

const CASES: readonly Case[] = [
  { why: 'the tools are there and their module is not loaded', plans: 'StartMst' },
  {
    why: 'a bare host, with everything to do',
    spec: { software: MFT_SOFTWARE },
    world: { profile: hostProfile({ tools: 'bare' }), files: standardDepot('7.0u3') },
    plans: 'InstallVib',
  },
  {
    why: 'an image that could be fetched',
    spec: { adapters: [adapterSpec('a', '0000:3b:00.0', ports, { firmware: byUrl(image) })] },
    world: { adapters: [{ model: connectX6Vpi }] },
    plans: 'StartMst',
  },
  {
    why: 'an image that lies on the host',
    spec: { adapters: [adapterSpec('a', '0000:3b:00.0', ports, { firmware: byPath(image) })] },
    world: { adapters: [{ model: connectX6Vpi }] },
    plans: 'StartMst',
  },
  { why: 'a verb is set', annotations: { 'sriov.esxi.io/retry': '1', 'sriov.esxi.io/restore': '1' }, plans: '', reason: 'Restored' },
  { why: 'deletion would restore', spec: { deletionPolicy: 'Restore' }, plans: 'StartMst' },
];

describe('mode: Observe', () => {
  it.each(CASES)('reads, plans and writes nothing: $why', async ({ spec = {}, world: options = {}, annotations = {}, plans, reason }) => {
    const observed = bios(specWith({ runningVms: 'PowerOff' }, { ...spec, mode: 'Observe' }));
    const at = disturbedStage(observed, { adapters: [{ model: connectX5En }], ...options });
    at.world.files.write(image.path, image.bytes);
    // Once with the tools unloaded, once with them, so that plans get further than their first step.
    for (const started of [false, true]) {
      if (started && at.world.mft.installed) at.world.mft.start();
      at.annotate(annotations);
      for (let looks = 0; looks < 3; looks += 1) await at.step();
      if (!started && plans !== '') expect(at.host().status?.plan?.steps.map(({ kind }) => kind)).toContain(plans);
    }
    expect(at.calls.length).toBeGreaterThan(20);
    expect(at.calls.filter((name) => !READS.has(name))).toEqual([]);
    expect(at.ready()).toMatchObject({ status: 'False', reason: reason ?? 'ObserveOnly' });
    expect([at.host().metadata.finalizers ?? [], at.permits.holders, at.host().status?.snapshot]).toEqual([[], [], undefined]);
    const before = { writes: at.cluster.writes, events: at.cluster.events.length };
    for (let looks = 0; looks < 5; looks += 1) await at.step();
    expect({ writes: at.cluster.writes, events: at.cluster.events.length }).toEqual(before);
  });

  it('gives no port away that an attachment asks for', async () => {
    const at = disturbedStage(specWith({}, { mode: 'Observe', adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 0 }])] }));
    ask(at.cluster);
    at.world.mft.start();
    for (let looks = 0; looks < 3; looks += 1) await at.step();
    expect(at.host().status?.plan?.steps.map(({ kind }) => kind)).toContain('SetPassthrough');
    expect(at.calls.filter((name) => !READS.has(name))).toEqual([]);
  });

  it('set while the host is in maintenance mode through us freezes it there, and Enforce goes on', async () => {
    const at = disturbedStage(specWith());
    await at.until(() => at.world.maintenanceMode);
    at.edit({ generation: 2 }, { mode: 'Observe' });
    await at.step();
    const seen = at.calls.length;
    for (let looks = 0; looks < 5; looks += 1) await at.step();
    expect(at.calls.slice(seen).filter((name) => !READS.has(name))).toEqual([]);
    at.edit({ generation: 3 }, { mode: 'Enforce' });
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.restarts.length, at.world.maintenanceMode]).toEqual(['Succeeded', 1, false]);
  });
});
