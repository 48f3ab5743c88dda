/** What was noted before a command stays as long as nobody can tell whether the command had an effect. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { Inventory } from '../../simulator/world/inventory.ts';
import { worldVsphere } from '../../support/world/worldVsphere.ts';
import { disturbedStage, MINUTE, specWith } from './disturbedStage.ts';

/** Entering maintenance mode takes too long; `ended` where the server itself ended the task. */
async function tooLong(ended: boolean) {
  const inventory = new Inventory();
  const vsphere: { now: ReturnType<typeof worldVsphere> | undefined } = { now: undefined };
  const proxy = new Proxy({} as ReturnType<typeof worldVsphere>, { get: (_, name) => Reflect.get(vsphere.now ?? {}, name) });
  const at = disturbedStage(specWith({ maintenanceTimeoutSeconds: 600 }), {}, { vsphere: proxy });
  inventory.addHost(at.world);
  const plain = worldVsphere({ inventory, world: at.world });
  vsphere.now = {
    ...plain,
    enterMaintenanceMode: async () => {
      vsphere.now = plain;
      at.clock.advance(10 * MINUTE);
      throw new PortError('CommandTimedOut', 'it did not end within 600 s', { detail: { ended } });
    },
  };
  await at.until(() => at.ready()?.reason === 'MaintenanceTimedOut');
  expect(at.ready()?.reason).toBe('MaintenanceTimedOut');
  return at;
}

describe('a host that is told to enter maintenance mode, and nobody hears how it ended', () => {
  it('is ours where it enters after all: it is restarted and handed back', async () => {
    const at = await tooLong(false);
    expect(at.host().status?.maintenance).toMatchObject({ enteredByUs: true, entering: true });
    await at.world.enterMaintenanceMode(0);
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.maintenanceMode, at.world.counters.restarts.length]).toEqual(['Succeeded', false, 1]);
  });

  it('is somebody else’s where the server had ended the attempt: it is not handed back', async () => {
    const at = await tooLong(true);
    expect(at.host().status?.maintenance).toBeUndefined();
    await at.world.enterMaintenanceMode(0);
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.maintenanceMode]).toEqual(['Succeeded', true]);
  });
});
