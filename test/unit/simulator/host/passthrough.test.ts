/** Functions that a simulated host gives away whole: configured now, in effect from the next boot on, lost by a power cut and by some boots. */
import { describe, expect, it } from '@jest/globals';
import { connectX5En } from '../../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../../simulator/world/hostWorld.ts';

const PF = '0000:3b:00.0';

function site(options: Partial<HostWorldOptions> = {}) {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools: 'withMft' }),
    adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
    moduleOptions: 'max_vfs=4,2',
    ...options,
  });
  const state = () => ({
    enabled: world.passthrough.enabled(PF),
    active: world.passthrough.active(PF),
    drivers: world.functions.map(({ driver }) => driver ?? 'none').join(),
    vfs: world.functions.map(({ virtualFunctions }) => virtualFunctions.length).join(),
  });
  return { world, clock, state };
}

describe('a function that is given away', () => {
  it('leaves the driver at the next boot, and the entries of max_vfs shift', () => {
    const { world, clock, state } = site();
    expect(world.passthrough.configure(world, PF, true)).toBeUndefined();
    expect(state()).toEqual({ enabled: true, active: false, drivers: 'nmlx5_core,nmlx5_core', vfs: '4,2' });
    world.reboot();
    clock.advance(1_000);
    expect(state()).toEqual({ enabled: true, active: true, drivers: 'none,nmlx5_core', vfs: '0,4' });
  });

  it('is refused while a virtual switch uses its uplink, and is no news when it is given away already', () => {
    const { world } = site({ vswitches: { vSwitch1: ['vmnic2'] } });
    expect(world.passthrough.configure(world, PF, true)).toEqual({ kind: 'usedBy', vswitch: 'vSwitch1' });
    expect(world.passthrough.configure(world, PF, false)).toEqual({ kind: 'already' });
  });

  it.each([
    {
      why: 'a power cut before it was saved',
      lose: (world: HostWorld) => {
        world.forceOff();
        world.powerOn();
      },
    },
    {
      why: 'a boot of a release that forgets',
      lose: (world: HostWorld) => {
        world.misbehave({ kind: 'passthroughOffAfterBoot', times: 1 });
        world.reboot();
      },
    },
  ])('is lost by $why', ({ lose }) => {
    const { world, clock, state } = site();
    world.passthrough.configure(world, PF, true);
    lose(world);
    clock.advance(1_000);
    expect(state()).toMatchObject({ enabled: false, active: false, vfs: '4,2' });
  });

  it('may be out of sight for MFT', () => {
    const { world } = site({ passthrough: [PF], misbehaviour: [{ kind: 'passthroughHidesMst' }] });
    world.mft.start();
    expect(world.mft.devices().map(({ name }) => name)).toEqual(['mt4119_pciconf0.1']);
  });
});
