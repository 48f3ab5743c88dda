/** Verbs that meet each other, drift, or a trouble that lasts: each keeps its promise, and status still tells what happened. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { disturbedStage, MINUTE, specWith, untilRestart } from './disturbedStage.ts';

const HOLD = { 'sriov.esxi.io/hold': '' };
const RESTORE = { 'sriov.esxi.io/restore': '1' };
const DETACH = { 'sriov.esxi.io/detach': '1' };
const options = { moduleOptions: 'pfctx=0x08' };

async function readyStage() {
  const at = disturbedStage(specWith(), options);
  await at.until(() => at.ready()?.status === 'True');
  expect(at.ready()?.reason).toBe('Succeeded');
  return at;
}

const drifted = (at: { world: { modules: { set: (module: string, options: string) => void } } }): void =>
  at.world.modules.set('nmlx5_core', 'max_vfs=1');

describe('hold', () => {
  it('reports drift with its fields and repairs nothing; the release repairs it', async () => {
    const at = await readyStage();
    at.annotate(HOLD);
    await at.step();
    drifted(at);
    const { reconfigurations } = at.world.counters;
    await at.until(() => at.host().status?.drift !== undefined, 5);
    expect(at.host().status?.drift?.fields).toEqual([expect.stringContaining('driver nmlx5_core:')]);
    expect([at.ready()?.reason, at.world.counters.reconfigurations]).toEqual(['OnHold', reconfigurations]);
    at.annotate({});
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.host().status?.drift]).toEqual(['Succeeded', undefined]);
  });

  it('stops a restore half way, and its release goes on with it', async () => {
    const at = await readyStage();
    at.annotate(RESTORE);
    await at.until(() => at.world.maintenanceMode);
    at.annotate({ ...RESTORE, ...HOLD });
    await at.step();
    const seen = at.calls.length;
    for (let looks = 0; looks < 5; looks += 1) await at.step();
    expect(at.calls.slice(seen).filter((name) => /^(set|start|enter|exit|reboot|powerO|burn|install)/.test(name))).toEqual([]);
    at.annotate(RESTORE);
    await at.until(() => at.ready()?.reason === 'Restored');
    expect([at.ready()?.reason, at.world.maintenanceMode, at.world.modules.configured('nmlx5_core')]).toEqual([
      'Restored',
      false,
      'pfctx=0x08',
    ]);
  });

  it('set while the host is off for a power cycle does not leave it off', async () => {
    const at = disturbedStage(specWith());
    await untilRestart(at);
    at.annotate(HOLD);
    await at.until(() => at.last()?.state === 'Completed');
    expect([at.world.powerState, at.world.maintenanceMode, at.ready()?.reason]).toEqual(['on', true, 'OnHold']);
    at.annotate({});
    await at.until(() => at.ready()?.status === 'True');
    expect([at.world.counters.restarts.length, at.world.maintenanceMode]).toEqual([1, false]);
  });
});

describe('restore', () => {
  it('interrupted by detach leaves maintenance mode, and goes on once the host is taken up again', async () => {
    const at = await readyStage();
    at.annotate(RESTORE);
    await at.until(() => at.world.maintenanceMode);
    at.annotate({ ...RESTORE, ...DETACH });
    await at.until(() => at.ready()?.reason === 'Detached');
    expect([at.world.maintenanceMode, at.permits.holders]).toEqual([false, []]);
    at.annotate(RESTORE);
    await at.until(() => at.ready()?.reason === 'Restored');
    expect([at.ready()?.reason, at.world.modules.configured('nmlx5_core')]).toEqual(['Restored', 'pfctx=0x08']);
  });

  it('asked for in the middle of the first restart waits for its end and then goes back', async () => {
    const at = disturbedStage(specWith(), options);
    await untilRestart(at);
    at.annotate(RESTORE);
    await at.until(() => at.ready()?.reason === 'Restored');
    expect([at.ready()?.reason, at.world.maintenanceMode, at.world.modules.configured('nmlx5_core')]).toEqual([
      'Restored',
      false,
      'pfctx=0x08',
    ]);
    expect(at.world.counters.restarts.length).toBe(2);
  });
});

describe('the journal', () => {
  it('keeps what was done when one step fails again and again', async () => {
    const at = disturbedStage(specWith());
    await at.until(() => at.world.maintenanceMode);
    at.on('host', 'setModuleOptions', async () => {
      throw new PortError('CommandTimedOut', 'no answer');
    });
    drifted(at);
    for (let looks = 0; looks < 60; looks += 1) await at.step();
    const actions = (at.host().status?.journal ?? []).map(({ action, result }) => `${action} ${result}`);
    expect(actions).toContain('EnterMaintenance Succeeded');
    expect(actions.filter((text) => text === 'SetDriverOptions Failed')).toHaveLength(1);
    expect(actions.length).toBeLessThanOrEqual(20);
  });

  it('tells when a failure that repeats itself was last seen', async () => {
    const at = disturbedStage(specWith());
    at.on('host', 'setModuleOptions', async () => {
      throw new PortError('CommandTimedOut', 'no answer');
    });
    await at.until(() => (at.host().status?.journal ?? []).some(({ result }) => result === 'Failed'));
    const first = at.host().status?.journal?.at(-1)?.time ?? '';
    at.clock.advance(5 * MINUTE);
    await at.step();
    const last = at.host().status?.journal?.at(-1);
    expect(last).toMatchObject({ action: 'SetDriverOptions', result: 'Failed' });
    expect((last?.time ?? '') > first).toBe(true);
  });
});
