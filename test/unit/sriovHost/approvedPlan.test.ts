/** An approval is for what the plan showed: what comes up between the approval and the restart is another plan, and waits for its own. */
import { describe, expect, it } from '@jest/globals';
import { coverageOf, coversAll } from '../../../operator/controllers/sriovHost/rules/approvedSteps.ts';
import type { HostStep } from '../../../operator/controllers/sriovHost/steps.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { byPath, makeImage, otherVersion } from '../../support/world/firmwareImages.ts';
import { adapterSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { ask } from '../../support/world/physicalFunction.ts';
import { type DisturbedStage, disturbedStage, specWith } from './disturbedStage.ts';

const READY = { SRIOV_EN: 1, NUM_OF_VFS: 4 };
const A = adapterSpec('a', '0000:3b:00.0', [
  { number: 1, vfs: 4 },
  { number: 2, vfs: 0 },
]);
const B = adapterSpec('b', '0000:5e:00.0', [{ number: 1, vfs: 0 }], { parameters: { NUM_OF_VFS: '4' } });
const SPEC = specWith({ approval: 'Required' }, { adapters: [A, B] });

const hash = (at: DisturbedStage) => at.host().status?.plan?.hash ?? '';
const approve = (at: DisturbedStage): void => at.annotate({ 'sriov.esxi.io/approve': hash(at) });

/** Adapter b is as declared; adapter a needs one restart, which is approved, staged, and held up by a VM that was started. */
async function approvedAndStaged() {
  let running: readonly object[] = [];
  const at = disturbedStage(SPEC, {
    adapters: [{ model: connectX5En }, { model: connectX5En, parameters: READY }],
  });
  at.on('host', 'runningVms', async (go) => (running.length > 0 ? running : await go()));
  await at.until(() => at.ready()?.reason === 'ApprovalRequired');
  approve(at);
  at.once('host', 'setModuleOptions', async (go) => {
    running = [{ name: 'late-01', worldId: '1', configFile: '/vmfs/volumes/ds1/late-01/late-01.vmx' }];
    return await go();
  });
  await at.until(() => at.ready()?.reason === 'RunningVmsBlock');
  expect([at.ready()?.reason, at.host().status?.approval?.used]).toEqual(['RunningVmsBlock', 0]);
  const moved = (): void => {
    running = [];
  };
  return { at, moved };
}

describe('an approval', () => {
  it('covers the plan that it was given for, over every stage of it', async () => {
    const { at, moved } = await approvedAndStaged();
    moved();
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.restarts.length]).toEqual(['Succeeded', 1]);
  });

  it.each([
    {
      why: 'another adapter, which the plan did not touch, drifts',
      happens: (at: DisturbedStage) => at.world.adapters[1]?.config.store([{ name: 'NUM_OF_VFS', value: '2' }]),
      step: 'SetFirmwareParameters',
    },
    {
      why: 'an attachment asks for a whole port',
      happens: (at: DisturbedStage) => ask(at.cluster, { adapter: 'b' }),
      step: 'SetPassthrough',
    },
  ])('is none for what it did not show: $why', async ({ happens, step }) => {
    const { at, moved } = await approvedAndStaged();
    const old = at.host().status?.approval?.hash;
    happens(at);
    moved();
    await at.until(() => at.ready()?.reason === 'ApprovalRequired');
    const { reconfigurations } = at.world.counters;
    for (let looks = 0; looks < 5; looks += 1) await at.step();
    expect(at.ready()?.reason).toBe('ApprovalRequired');
    expect(at.host().status?.plan?.steps.map(({ kind }) => kind)).toContain(step);
    expect([at.world.counters.restarts.length, at.world.counters.reconfigurations]).toEqual([0, reconfigurations]);
    expect(hash(at)).not.toBe(old);
    approve(at);
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.restarts.length]).toEqual(['Succeeded', 1]);
  });

  it('of a bare host is asked for once, whatever shows itself after its first restart: image, InfiniBand, settings', async () => {
    const image = makeImage(connectX6Vpi.psid, otherVersion(connectX6Vpi.firmwareVersion, 1));
    const files = standardDepot('7.0u3');
    const adapters = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4, linkType: 'InfiniBand' }], { firmware: byPath(image) })];
    const spec = specWith({ approval: 'Required' }, { adapters, software: MFT_SOFTWARE });
    const at = disturbedStage(spec, { profile: hostProfile({ tools: 'bare' }), files, adapters: [{ model: connectX6Vpi }] });
    at.world.files.write(image.path, image.bytes);
    await at.until(() => at.ready()?.reason === 'ApprovalRequired');
    expect(
      at
        .host()
        .status?.plan?.steps.filter(({ expected }) => expected === true)
        .map(({ kind }) => kind),
    ).toEqual(['BurnFirmware', 'SetFirmwareParameters']);
    approve(at);
    await at.until(() => at.ready()?.status === 'True' || at.ready()?.reason === 'ApprovalRequired');
    await at.until(() => at.ready()?.status === 'True', 100);
    expect([at.ready()?.reason, at.world.counters.restarts.length, at.world.counters.burns]).toEqual(['Succeeded', 2, 1]);
    expect(at.host().status?.acknowledged?.approve).toBe(at.host().metadata.annotations?.['sriov.esxi.io/approve']);
  });

  it.each([
    { why: 'settings only', drift: (at: DisturbedStage) => at.world.adapters[0]?.config.store([{ name: 'NUM_OF_VFS', value: '2' }]) },
    {
      why: 'with a restart',
      drift: (at: DisturbedStage) => {
        at.world.adapters[0]?.config.store([{ name: 'NUM_OF_VFS', value: '2' }]);
        at.world.reboot();
      },
    },
  ])('is used up: the same plan once more waits for its own, each time ($why)', async ({ drift }) => {
    const at = disturbedStage(specWith({ approval: 'Required' }, { adapters: [A] }), { adapters: [{ model: connectX5En }] });
    const hashes: string[] = [];
    await at.until(() => at.ready()?.reason === 'ApprovalRequired');
    approve(at);
    await at.until(() => at.ready()?.status === 'True');
    for (let times = 0; times < 3; times += 1) {
      drift(at);
      await at.until(() => at.ready()?.reason === 'ApprovalRequired');
      const { reconfigurations, restarts } = at.world.counters;
      const before = [reconfigurations, restarts.length];
      for (let looks = 0; looks < 5; looks += 1) await at.step();
      expect([at.ready()?.reason, at.world.counters.reconfigurations, at.world.counters.restarts.length]).toEqual([
        'ApprovalRequired',
        ...before,
      ]);
      expect(at.ready()?.message).toContain(`sriov.esxi.io/approve=${hash(at)}`);
      hashes.push(hash(at));
      approve(at);
      await at.until(() => at.ready()?.status === 'True');
      expect([at.ready()?.reason, at.host().status?.acknowledged?.approve]).toEqual(['Succeeded', hashes.at(-1)]);
    }
    expect(hashes.every((one, index) => one !== hashes[index - 1])).toBe(true);
  });

  it('is not lost while a fact cannot be read for a moment', async () => {
    const { at, moved } = await approvedAndStaged();
    at.once('host', 'pciFunctions', async () => {
      throw new PortError('CommandFailed', 'hostd is busy');
    });
    await at.step();
    expect(at.host().status?.approval).toBeDefined();
    moved();
    await at.until(() => at.ready()?.status === 'True' || at.ready()?.reason === 'ApprovalRequired');
    expect(at.ready()?.reason).toBe('Succeeded');
  });

  it('to give a port to VMs is none to take it back', () => {
    const port = { kind: 'SetPassthrough', because: 'x', adapter: 'a', port: 1, address: '0000:3b:00.0' } as const;
    const step = (enabled: boolean): HostStep => ({ ...port, macAddress: undefined, vmnic: undefined, enabled });
    const covers = [...coverageOf([step(true)], [])];
    const given = { hash: 'h', generation: 1, restarts: 1, used: 0, covers };
    expect([coversAll(given, [step(true)]), coversAll(given, [step(false)])]).toEqual([true, false]);
  });
});
