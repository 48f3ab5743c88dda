/** Somebody corrects an address in the middle of the work: nothing of it is ended on another machine. */
import { expect, it } from '@jest/globals';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { type DisturbedStage, disturbedStage, specWith, untilRestart } from './disturbedStage.ts';

const OTHER = 'SHA256:other';

interface Machine extends DisturbedStage {
  /** From now on a machine with this key answers. */
  readonly answersWith: (key: string) => void;
  /** Methods called on the host since the last time. */
  readonly called: () => readonly string[];
}

function machine(): Machine {
  let key = 'SHA256:world';
  let calls: string[] = [];
  const { esxi } = specWith();
  // With trustOnFirstUse the connection itself refuses another key.
  const spec = specWith({}, { esxi: { ...esxi, trustOnFirstUse: undefined, hostKeyFingerprints: ['SHA256:world', OTHER] } });
  const wrap = (host: EsxiHost): EsxiHost =>
    new Proxy(host, {
      get: (inner, name) => {
        if (name === 'hostKeyFingerprint') return key;
        const value: unknown = Reflect.get(inner, name, inner);
        if (typeof value !== 'function') return value;
        calls.push(String(name));
        return value.bind(inner);
      },
    });
  const called = (): readonly string[] => {
    const since = calls;
    calls = [];
    return since;
  };
  const answersWith = (other: string): void => {
    key = other;
  };
  return { ...disturbedStage(spec, {}, { wrap }), answersWith, called };
}

async function looks(at: Machine, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await at.step();
}

async function inMaintenance(at: Machine): Promise<void> {
  await at.until(() => at.host().status?.maintenance?.enteredByUs === true);
}

it('asks another machine nothing while the first is in maintenance mode through us, and says why', async () => {
  const at = machine();
  await inMaintenance(at);
  at.answersWith(OTHER);
  await looks(at, 1);
  at.called();
  await looks(at, 5);
  expect(at.called()).toEqual([]);
  expect(at.ready()).toMatchObject({ status: 'False', reason: 'HostReplaced' });
  expect(at.ready()?.message).toContain(`shows the SSH host key ${OTHER}`);
  expect(at.host().status).toMatchObject({ maintenance: { enteredByUs: true }, esxi: { hostKeyFingerprint: 'SHA256:world' } });
});

it('takes no other machine for the one that it restarted', async () => {
  const at = machine();
  await untilRestart(at);
  at.answersWith(OTHER);
  await looks(at, 40);
  expect(at.last()).not.toMatchObject({ state: 'Completed' });
  expect(at.ready()).toMatchObject({ status: 'False', reason: 'HostReplaced' });
});

it.each([
  { why: 'the right one answers again', mend: (at: Machine) => at.answersWith('SHA256:world') },
  {
    why: 'it is the same one with a new key, as somebody says by a retry',
    mend: (at: Machine) => at.edit({ annotations: { 'sriov.esxi.io/retry': 'new-key' } }),
  },
])('goes on to the goal: $why', async ({ mend }) => {
  const at = machine();
  await inMaintenance(at);
  at.answersWith(OTHER);
  await at.until(() => at.ready()?.reason === 'HostReplaced');
  mend(at);
  await at.until(() => at.ready()?.status === 'True', 400);
  expect({ ready: at.ready()?.status, maintenance: at.world.maintenanceMode }).toEqual({ ready: 'True', maintenance: false });
  expect(at.world.counters.restarts).toHaveLength(1);
});

it('takes a machine with another key where nothing is under way: somebody declared it', async () => {
  const at = machine();
  await at.until(() => at.ready()?.status === 'True', 400);
  at.answersWith(OTHER);
  await looks(at, 2);
  expect(at.ready()?.status).toBe('True');
  expect(at.host().status?.esxi?.hostKeyFingerprint).toBe(OTHER);
});
