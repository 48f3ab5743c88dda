/** The operator's clock of the wall jumps: no power is cut sooner, no command is repeated sooner, no record becomes one that the API refuses. */
import { describe, expect, it } from '@jest/globals';
import { disturbedStage, MINUTE, specWith, untilRestart } from './disturbedStage.ts';

const HOURS = 60 * MINUTE;
const FORCE = { forceOff: 'AfterCleanShutdownTimedOut' } as const;

describe('a clock that jumps', () => {
  it.each([
    { why: 'forward', ms: 48 * HOURS },
    { why: 'back', ms: -48 * HOURS },
  ])('$why during a clean shutdown does not cut the power', async ({ ms }) => {
    const at = disturbedStage(specWith(FORCE), { durations: { shutdown: 120_000 } });
    await untilRestart(at);
    at.jump(ms);
    await at.until(() => at.ready()?.status === 'True');
    expect(at.calls).not.toContain('forceOff');
    expect([at.ready()?.reason, at.world.counters.restarts.length]).toEqual(['Succeeded', 1]);
  });

  it('back during a shutdown that hangs does not keep its power from being cut', async () => {
    const at = disturbedStage(specWith(FORCE));
    at.world.misbehave({ kind: 'cleanShutdownHangs' });
    await untilRestart(at);
    at.jump(-48 * HOURS);
    const began = at.clock.now();
    await at.until(() => at.calls.includes('forceOff'), 100);
    expect(at.calls).toContain('forceOff');
    expect(at.clock.now() - began).toBeGreaterThanOrEqual(10 * MINUTE);
  });

  it('forward right after a restart was sent does not send it again', async () => {
    const at = disturbedStage(specWith());
    at.on('host', 'powerOff', async () => undefined);
    await untilRestart(at);
    at.jump(48 * HOURS);
    await at.step();
    expect(at.last()).toMatchObject({ state: 'Requested', sends: 1 });
  });

  it('back during a step leaves no negative time in the journal', async () => {
    const at = disturbedStage(specWith());
    at.once('host', 'setFirmwareConfig', async (go) => {
      at.jump(-HOURS);
      return await go();
    });
    await at.until(() => at.ready()?.status === 'True');
    const times = (at.host().status?.journal ?? []).map(({ durationSeconds }) => durationSeconds ?? 0);
    expect(times.length).toBeGreaterThan(3);
    expect(times.filter((seconds) => seconds < 0)).toEqual([]);
  });
});
