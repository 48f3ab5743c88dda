// Power through the BMC: what a reset does to the host, and what counts as done already.
import { describe, expect, it } from '@jest/globals';
import { closeBmcsAfterEach, openBmc } from './support/openBmc.ts';

closeBmcsAfterEach();

describe('power by Redfish', () => {
  it('reads the state of the system and what it is', async () => {
    const { bmc, signal } = await openBmc();
    expect(await bmc.system(signal)).toEqual({
      powerState: 'On',
      manufacturer: 'Dell Inc.',
      model: 'PowerEdge R750',
      serialNumber: expect.stringMatching(/^[0-9A-F]{8}$/),
      resetTypes: ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart', 'PowerCycle'],
    });
  });

  it('forces power off and on again, which is a cold boot', async () => {
    const { bmc, world, clock, signal } = await openBmc();
    await bmc.forceOff(signal);
    expect((await bmc.system(signal)).powerState).toBe('Off');
    await bmc.powerOn(signal);
    clock.runAll();
    expect(world.powerState).toBe('on');
    expect(world.counters.restarts.map((restart) => restart.kind)).toEqual(['cold']);
  });

  it.each([
    { why: 'a machine that is on is success, and is not reset', redfish: {} },
    { why: 'also at a BMC that would take a needless On', redfish: { whenAlreadyThere: 'accept' as const } },
  ])('powers on: $why', async ({ redfish }) => {
    const { bmc, world, endpoint, signal } = await openBmc({ redfish });
    await bmc.powerOn(signal);
    expect(world.counters.restarts).toEqual([]);
    expect(endpoint.requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it.each([
    { why: 'a BMC that answers 409 to a machine somebody else just powered on', whenAlreadyThere: 'conflict' as const },
    { why: 'a BMC that answers 400 to it', whenAlreadyThere: 'badRequest' as const },
  ])('powers on: $why', async ({ whenAlreadyThere }) => {
    const { bmc, world, clock, signal } = await openBmc({ redfish: { whenAlreadyThere, delayMs: 0 }, world: { poweredOn: false } });
    // The second request is the reset: right before it the machine comes on by another hand.
    const done = bmc.powerOn(signal);
    while (clock.pending === 0) {
      await new Promise(setImmediate);
    }
    clock.runAll();
    while (clock.pending === 0) {
      await new Promise(setImmediate);
    }
    world.powerOn();
    const pump = setInterval(() => clock.runAll(), 1);
    await done.finally(() => clearInterval(pump));
    expect(world.counters.coldRestarts).toBe(1);
  });

  it('takes ForceOn where On is not allowed', async () => {
    const { bmc, world, signal } = await openBmc({ profile: { resetTypes: ['ForceOff', 'ForceOn'] }, world: { poweredOn: false } });
    await bmc.powerOn(signal);
    expect(world.powerState).toBe('booting');
  });

  it('says so when no allowed reset type would do', async () => {
    const { bmc, signal } = await openBmc({ profile: { resetTypes: ['GracefulShutdown', 'Nmi'] }, world: { poweredOn: false } });
    await expect(bmc.powerOn(signal)).rejects.toMatchObject({
      code: 'BmcRequestFailed',
      message: expect.stringContaining('it allows GracefulShutdown, Nmi'),
    });
  });

  it.each([
    {
      why: 'listed in an ActionInfo resource',
      allowableValues: 'actionInfo' as const,
      expected: ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart', 'PowerCycle'],
    },
    { why: 'not listed at all', allowableValues: 'absent' as const, expected: [] },
  ])('reset types: $why', async ({ allowableValues, expected }) => {
    const { bmc, world, signal } = await openBmc({ redfish: { allowableValues } });
    expect((await bmc.system(signal)).resetTypes).toEqual(expected);
    await bmc.forceOff(signal);
    expect(world.powerState).toBe('off');
  });

  it('loses module options that nobody saved when it cuts power', async () => {
    const { bmc, world, clock, signal } = await openBmc({ world: { moduleOptions: 'max_vfs=4' } });
    world.modules.set('nmlx5_core', 'max_vfs=8');
    await bmc.forceOff(signal);
    await bmc.powerOn(signal);
    clock.runAll();
    expect(world.modules.configured('nmlx5_core')).toBe('max_vfs=4');
  });
});
