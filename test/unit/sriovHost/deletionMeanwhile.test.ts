/** The object is deleted in the worst moment: no host stays off, and none stays in a maintenance mode that nobody ends. */
import { describe, expect, it } from '@jest/globals';
import { Crash } from '../../support/world/crashPoint.ts';
import { type DisturbedStage, disturbedStage, MINUTE, specWith, untilRestart } from './disturbedStage.ts';

const gone = (at: DisturbedStage) => () => at.object() === undefined;

function expectHandedBack({ object, world, permits }: DisturbedStage): void {
  expect({ object: object(), power: world.powerState, maintenance: world.maintenanceMode, permits: permits.holders }).toEqual({
    object: undefined,
    power: 'on',
    maintenance: false,
    permits: [],
  });
}

describe('an object that is deleted while its host is restarting', () => {
  it.each([
    { why: 'no operator runs for an hour, and the host is off by then', hours: 1, shutdown: 60_000, boot: 300_000 },
    { why: 'no operator runs for two days', hours: 48, shutdown: 60_000, boot: 300_000 },
    { why: 'the restart takes longer than an object waits for its host otherwise', hours: 0, shutdown: 8 * MINUTE, boot: 12 * MINUTE },
  ])('hands it back, running and in service: $why', async ({ hours, shutdown, boot }) => {
    const at = disturbedStage(specWith(), { durations: { shutdown, boot } });
    await untilRestart(at);
    at.delete();
    if (hours > 0) {
      at.clock.advance(hours * 60 * MINUTE);
      at.newProcess();
    }
    await at.until(gone(at), 400);
    expectHandedBack(at);
    expect(at.cluster.events.map(({ reason }) => reason)).not.toContain('HostUnreachable');
  });

  it('does not wait for ever for one that does not come back', async () => {
    const at = disturbedStage(specWith());
    await untilRestart(at);
    at.on('bmc', 'powerOn', async () => undefined);
    at.delete();
    const began = at.clock.now();
    await at.until(gone(at), 1_000);
    expect(at.object()).toBeUndefined();
    expect(at.clock.now() - began).toBeLessThan(80 * MINUTE);
    expect(at.cluster.events.at(-1)).toMatchObject({ reason: 'HostUnreachable', type: 'Warning' });
  });

  it('takes it out of maintenance mode where the restart never happened and the host answers all the time', async () => {
    const at = disturbedStage(specWith());
    at.on('host', 'powerOff', async () => undefined);
    await untilRestart(at);
    at.delete();
    await at.until(gone(at), 1_000);
    expectHandedBack(at);
    expect(at.world.counters.restarts).toEqual([]);
  });

  it('gives the restart of the way back its own time, however long ago the object was deleted', async () => {
    const at = disturbedStage(specWith({}, { deletionPolicy: 'Restore' }), { durations: { shutdown: 60_000, boot: 300_000 } });
    await at.until(() => at.ready()?.status === 'True');
    let running: readonly object[] = [{ name: 'web', worldId: '1', configFile: '/vmfs/volumes/ds1/web/web.vmx' }];
    at.on('host', 'runningVms', async () => running);
    at.delete();
    const began = at.clock.now();
    await at.until(() => at.clock.now() > began + 120 * MINUTE);
    running = [];
    await untilRestart(at);
    expect(at.last()?.state).toBe('Requested');
    at.edit({ generation: 9 }, { deletionPolicy: 'Untouched' });
    await at.until(gone(at), 400);
    expectHandedBack(at);
    expect(at.cluster.events.map(({ reason }) => reason)).not.toContain('HostUnreachable');
  });

  it('begins nothing new after it', async () => {
    const at = disturbedStage(specWith());
    await untilRestart(at);
    at.delete();
    const { reconfigurations } = at.world.counters;
    await at.until(gone(at));
    expectHandedBack(at);
    expect([at.world.counters.restarts.length, at.world.counters.reconfigurations]).toEqual([1, reconfigurations]);
  });
});

describe('an operator that dies while a host enters maintenance mode', () => {
  it.each([
    { why: 'the object is deleted', act: (at: DisturbedStage) => at.delete(), done: gone },
    {
      why: 'the host is detached',
      act: (at: DisturbedStage) => at.annotate({ 'sriov.esxi.io/detach': '1' }),
      done: (at: DisturbedStage) => () => at.ready()?.reason === 'Detached',
    },
  ])('does not leave it there when it arrives late: $why', async ({ act, done }) => {
    const at = disturbedStage(specWith());
    at.once('host', 'enterMaintenanceMode', async () => {
      throw new Crash('the command went out');
    });
    await at.until(() => at.host().status?.maintenance?.entering === true);
    act(at);
    at.newProcess();
    await at.step();
    await at.step();
    await at.world.enterMaintenanceMode(0);
    await at.until(done(at));
    expect(done(at)()).toBe(true);
    expect(at.world.maintenanceMode).toBe(false);
  });

  it('is waited for no longer than entering may take', async () => {
    const at = disturbedStage(specWith());
    at.once('host', 'enterMaintenanceMode', async () => {
      throw new Crash('the command got lost');
    });
    await at.until(() => at.host().status?.maintenance?.entering === true);
    at.delete();
    at.newProcess();
    const began = at.clock.now();
    await at.until(gone(at));
    expect(at.object()).toBeUndefined();
    // The last look is followed by the pause of ten minutes that a host at rest has.
    expect(at.clock.now() - began).toBeLessThan(23 * MINUTE);
  });
});
