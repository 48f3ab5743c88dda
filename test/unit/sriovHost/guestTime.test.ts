/** A guest that was asked to shut down has its time, whatever the clock of the wall does meanwhile. */
import { expect, it } from '@jest/globals';
import { hostObject, look, makeController } from '../../support/world/runHost.ts';
import { worldVsphere } from '../../support/world/worldVsphere.ts';
import { specWith, stage } from './vmStage.ts';

const HOUR = 3_600_000;

it.each([
  { why: 'forward', ms: 48 * HOUR },
  { why: 'back', ms: -48 * HOUR },
])('a clock that jumps $why does not cost a VM its power', async ({ ms }) => {
  const { clock, world, inventory, cluster, vms } = stage([{ name: 'db' }]);
  let aheadMs = 0;
  const calls: string[] = [];
  const plain = worldVsphere({ inventory, world });
  const vsphere = {
    ...plain,
    // A guest that takes three minutes.
    shutdownGuest: async (moRef: string) => {
      calls.push('shutdownGuest');
      clock.schedule(180_000, () => void inventory.power.off(inventory.vm(Number(moRef)) as never));
    },
    powerOff: async (moRef: string, signal: AbortSignal) => {
      calls.push('powerOff');
      await plain.powerOff(moRef, signal);
    },
  };
  cluster.put('SriovHost', hostObject(specWith()));
  cluster.secrets.set('lab/host', { resourceVersion: '1', data: { username: 'root', password: 'x' } });
  const controller = makeController(world, clock, cluster, { vsphere, wallClockAheadMs: () => aheadMs });
  for (let looks = 0; looks < 120; looks += 1) {
    const asked = calls.length;
    const pause = await look(controller);
    if (asked === 0 && calls.length > 0) aheadMs = ms;
    clock.advance(pause);
  }
  expect(calls).toEqual(['shutdownGuest']);
  expect(vms['db']?.powerState).toBe('poweredOn');
  expect(world.counters.restarts.length).toBe(1);
});
