/** A restart that nobody sees happen ends in a condition that says what was tried and read, and the verb that it names does clear it. */
import { describe, expect, it } from '@jest/globals';
import { type DisturbedStage, disturbedStage, specWith, untilRestart } from './disturbedStage.ts';

const { bmc: _, ...WITHOUT_BMC } = specWith();
const lost = async (): Promise<unknown> => undefined;

async function notObserved(spec = specWith()): Promise<DisturbedStage> {
  const at = disturbedStage(spec);
  at.on('host', 'reboot', lost);
  at.on('host', 'powerOff', lost);
  await untilRestart(at);
  await at.until(() => at.ready()?.reason === 'RestartNotObserved');
  expect(at.ready()?.reason).toBe('RestartNotObserved');
  return at;
}

const heal = (at: DisturbedStage): void => {
  at.on('host', 'reboot', (go) => go());
  at.on('host', 'powerOff', (go) => go());
};

describe('a restart that is not observed', () => {
  it('stalls, and says what was tried, what was read, and which verb clears it', async () => {
    const at = await notObserved();
    expect(at.condition('Stalled')).toMatchObject({
      status: 'True',
      message: expect.stringMatching(/sent twice.*still runs since .*sriov\.esxi\.io\/retry/),
    });
    expect(at.condition('Reconciling')?.status).toBe('False');
    expect(at.last()?.sends).toBe(2);
  });

  it.each([
    { why: 'a power cycle', spec: specWith() },
    { why: 'a reboot', spec: WITHOUT_BMC },
  ])('is sent again when somebody asks for another try: $why', async ({ spec }) => {
    const at = await notObserved(spec);
    heal(at);
    at.annotate({ 'sriov.esxi.io/retry': '1' });
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.restarts.length, at.world.maintenanceMode]).toEqual(['Succeeded', 1, false]);
    expect(at.host().status?.acknowledged?.retry).toBe('1');
  });

  it('is not sent again for one annotation more than twice', async () => {
    const at = await notObserved();
    at.annotate({ 'sriov.esxi.io/retry': '1' });
    const before = at.calls.filter((name) => name === 'powerOff').length;
    await at.until(() => false, 100);
    expect(at.calls.filter((name) => name === 'powerOff').length - before).toBe(2);
    expect(at.ready()?.reason).toBe('RestartNotObserved');
  });

  it('goes on by itself where somebody restarts the host by hand', async () => {
    const at = await notObserved(WITHOUT_BMC);
    at.world.reboot();
    await at.until(() => at.ready()?.status === 'True');
    expect(at.ready()?.reason).toBe('Succeeded');
  });

  it('is no reason to send anything for a retry while the first command still has its time', async () => {
    const at = disturbedStage(WITHOUT_BMC);
    at.on('host', 'reboot', lost);
    await untilRestart(at);
    at.annotate({ 'sriov.esxi.io/retry': '1' });
    await at.step();
    expect(at.last()).toMatchObject({ state: 'Requested', sends: 1 });
  });
});
