/** An error that nobody foresaw is said in the object, without its text, and the records stay. */
import { describe, expect, it } from '@jest/globals';
import { LookAgain } from '../../../operator/controllers/sriovHost/nextLook.ts';
import { StaleObject } from '../../../operator/ports/cluster.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { disturbedStage, specWith, untilRestart } from './disturbedStage.ts';

const stageAt = async (restarts: boolean) => {
  const at = disturbedStage(specWith());
  if (restarts) await untilRestart(at);
  else await at.until(() => at.ready()?.status === 'True');
  return at;
};

describe('an error that nobody foresaw', () => {
  it.each([{ restarts: true }, { restarts: false }])(
    'is shown, keeps the records and is thrown for back-off (under a restart: $restarts)',
    async ({ restarts }) => {
      const at = await stageAt(restarts);
      const before = at.host().status;
      const { get } = at.cluster.hosts;
      at.cluster.secret = async () => {
        throw new TypeError('cannot read password hunter2');
      };
      await expect(at.step()).rejects.toThrow(TypeError);
      expect(at.ready()).toMatchObject({
        status: 'False',
        reason: 'InternalError',
        message: 'Internal error of the operator; its log has the details.',
      });
      expect(at.condition('Stalled')?.status).toBe('False');
      expect(at.cluster.events.filter(({ reason }) => reason === 'InternalError')).toHaveLength(1);
      expect(JSON.stringify(at.host().status)).not.toContain('hunter2');
      const { conditions: _before, progress: _said, ...records } = before ?? {};
      expect(at.host().status).toMatchObject(records);
      // Everything that is no summary keeps what it said.
      expect(at.condition('FirmwareConfigured')).toEqual(before?.conditions?.find(({ type }) => type === 'FirmwareConfigured'));
      expect(at.cluster.hosts.get).toBe(get);
      Reflect.deleteProperty(at.cluster, 'secret');
      await at.until(() => at.ready()?.status === 'True');
      expect([at.ready()?.reason, at.world.counters.restarts.length]).toEqual(['Succeeded', 1]);
    },
  );

  it.each([
    { why: 'a look that is repeated', error: new LookAgain('x') },
    { why: 'an object that somebody else wrote', error: new StaleObject('x') },
    { why: 'an abort', error: new PortError('Aborted', 'x') },
    { why: 'a Kubernetes API that does not answer', error: Object.assign(new Error('x'), { name: 'KubeError' }) },
  ])('is not: $why', async ({ error }) => {
    const at = await stageAt(false);
    at.cluster.secret = async () => {
      throw error;
    };
    await at.step().catch(() => undefined);
    expect(at.ready()?.status).toBe('True');
  });
});
