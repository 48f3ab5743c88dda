/** flint goes on without the connection, or the operator, that began the burn: whoever looks next lets it end, and does nothing beside it. */
import { describe, expect, it } from '@jest/globals';
import { LONGEST_BURN_MS } from '../../../operator/controllers/sriovHost/burnUnderWay.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { Crash } from '../../support/world/crashPoint.ts';
import { byPath, makeImage, otherVersion } from '../../support/world/firmwareImages.ts';
import { adapterSpec } from '../../support/world/hostSpec.ts';
import { type DisturbedStage, disturbedStage, MINUTE, specWith } from './disturbedStage.ts';

const IMAGE = makeImage(connectX5En.psid, otherVersion(connectX5En.firmwareVersion, 1));
const DEVICE = 'mt4119_pciconf0';
/** What a look must not call while another tool of MFT is at work. */
const BESIDE = /^(mstDevices|firmware|setFirmware|burn|startMst|reboot|powerOff|setModule|install|exitMaintenance)/;

/** A host that wants a burn; `loses` is what becomes of the call that begins it, and flint ends after `minutes`, if it does. */
function stage(loses: () => Error, minutes: number) {
  const adapter = { ...adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }]), firmware: byPath(IMAGE) };
  const at = disturbedStage(specWith({}, { adapters: [adapter] }));
  at.world.files.write(IMAGE.path, IMAGE.bytes);
  let begunAt: number | undefined;
  at.once('host', 'burnFirmware', async (go) => {
    begunAt = at.world.uptimeMs;
    at.clock.schedule(minutes * MINUTE, () => {
      begunAt = undefined;
      void go();
    });
    throw loses();
  });
  at.on('host', 'unfinishedBurn', async () => (begunAt === undefined ? undefined : { device: DEVICE, begunUptimeMs: begunAt }));
  return { at, underWay: () => begunAt !== undefined };
}

async function untilBegun({ at, underWay }: ReturnType<typeof stage>): Promise<void> {
  await at.until(underWay);
  expect(underWay()).toBe(true);
  at.newProcess();
  at.calls.length = 0;
}

const end = (at: DisturbedStage) => ({
  ready: at.ready()?.reason,
  burns: at.world.counters.burns,
  restarts: at.world.counters.restarts.length,
  running: at.world.adapters[0]?.running,
});

const lost = () => new PortError('ConnectionLost', 'the connection was lost', { detail: { started: true } });

describe('a firmware burn without whoever began it', () => {
  it.each([
    { why: 'the connection was lost', loses: lost },
    { why: 'the operator waited for its time in vain', loses: () => new PortError('CommandTimedOut', 'no end within 30 min') },
    { why: 'the operator died', loses: () => new Crash('died') },
  ])('$why: waited for, once burned, once restarted', async ({ loses }) => {
    const site = stage(loses, 20);
    const { at, underWay } = site;
    await untilBegun(site);
    const said = new Set<string | undefined>();
    while (underWay()) {
      await at.step();
      if (underWay()) said.add(at.ready()?.message);
    }
    expect(at.calls.filter((call) => BESIDE.test(call))).toEqual([]);
    expect([...said]).toEqual([expect.stringMatching(/^a firmware burn of mt4119_pciconf0 is under way .* \(at most 60 minutes\)$/)]);
    await at.until(() => at.ready()?.status === 'True');
    expect(end(at)).toEqual({ ready: 'Succeeded', burns: 1, restarts: 1, running: IMAGE.version });
  });

  it('one that was killed never tells its end: burned again after its time, not before, and forgotten with the next start', async () => {
    const site = stage(lost, Number.POSITIVE_INFINITY);
    const { at } = site;
    await untilBegun(site);
    const began = at.clock.now();
    await at.until(() => at.calls.includes('burnFirmware'), 500);
    expect(at.clock.now() - began).toBeGreaterThanOrEqual(LONGEST_BURN_MS);
    await at.until(() => at.ready()?.status === 'True');
    expect(end(at)).toEqual({ ready: 'Succeeded', burns: 1, restarts: 1, running: IMAGE.version });
  });

  it('of which the host does not tell whether it goes on: nothing is done', async () => {
    const site = stage(lost, 20);
    const { at } = site;
    await untilBegun(site);
    at.on('host', 'unfinishedBurn', async () => {
      throw new PortError('CommandTimedOut', 'cat did not end within 2 min');
    });
    for (let looks = 0; looks < 20; looks += 1) await at.step();
    expect(at.calls.filter((call) => BESIDE.test(call))).toEqual([]);
    expect(at.ready()).toMatchObject({ status: 'False', message: 'cat did not end within 2 min' });
  });
});
