/** Access that changes while a host restarts: said at once and by its own name, not as a host that does not come back; and nothing is sent twice. */
import { describe, expect, it } from '@jest/globals';
import { PortError, type PortErrorCode } from '../../../operator/ports/errors.ts';
import { disturbedStage, MINUTE, specWith, untilRestart } from './disturbedStage.ts';

const CASES: readonly { readonly why: string; readonly code: PortErrorCode; readonly reason: string }[] = [
  { why: 'its password was changed on the host', code: 'CredentialsRejected', reason: 'CredentialsRejected' },
  { why: 'another host answers at its address', code: 'HostKeyMismatch', reason: 'HostKeyMismatch' },
];

describe('while a host restarts', () => {
  it.each(CASES)('$why: said once it answers, and it goes on by itself when that is over', async ({ code, reason }) => {
    const at = disturbedStage(specWith());
    await untilRestart(at);
    let shut = true;
    at.on('host', 'version', async (go) => {
      const answer = await go();
      if (shut) throw new PortError(code, 'not with this');
      return answer;
    });
    await at.until(() => at.ready()?.reason === reason, 60);
    expect([at.ready()?.reason, at.condition('Reachable')?.reason, at.condition('Stalled')?.status]).toEqual([reason, reason, 'True']);
    expect(at.clock.now()).toBeLessThan(new Date(at.last()?.requestedTime ?? 0).getTime() + 30 * MINUTE);
    shut = false;
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.restarts.length]).toEqual(['Succeeded', 1]);
  });

  it('its Secret is deleted: said at once, and the host is switched on all the same', async () => {
    const at = disturbedStage(specWith(), {});
    await untilRestart(at);
    const secret = at.cluster.secrets.get('lab/host');
    at.cluster.secrets.delete('lab/host');
    await at.until(() => at.ready()?.reason === 'SecretNotFound', 20);
    expect([at.ready()?.reason, at.condition('Reachable')?.reason]).toEqual(['SecretNotFound', 'SecretNotFound']);
    at.clock.advance(20 * MINUTE);
    at.cluster.secrets.set('lab/host', secret ?? { resourceVersion: '2', data: {} });
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.restarts.length]).toEqual(['Succeeded', 1]);
  });

  it('its BMC calls it off before it is: it is not switched off again, and ends as declared', async () => {
    const at = disturbedStage(specWith({ forceOff: 'AfterCleanShutdownTimedOut' }), { durations: { shutdown: 5 * MINUTE } });
    await untilRestart(at);
    let early = 3;
    at.on('bmc', 'system', async (go) => {
      const seen = (await go()) as object;
      if (at.last()?.state !== 'Requested' || early === 0) return seen;
      early -= 1;
      return { ...seen, powerState: 'Off' };
    });
    await at.until(() => at.ready()?.status === 'True');
    expect(at.calls).not.toContain('forceOff');
    expect([at.ready()?.reason, at.world.powerState, at.world.counters.restarts.length]).toEqual(['Succeeded', 'on', 1]);
    expect(at.world.modules.configured('nmlx5_core')).toContain('max_vfs=4');
  });

  it('its BMC stays silent, then answers: the host is switched on then, and waits with the reason of the BMC', async () => {
    const at = disturbedStage(specWith());
    await untilRestart(at);
    let silent = true;
    at.on('bmc', 'system', async (go) => {
      if (silent) throw new PortError('BmcUnreachable', 'no answer');
      return await go();
    });
    await at.step();
    await at.step();
    expect(at.ready()?.reason).toBe('BmcUnreachable');
    at.clock.advance(60 * MINUTE);
    await at.step();
    silent = false;
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.restarts.length]).toEqual(['Succeeded', 1]);
  });
});
