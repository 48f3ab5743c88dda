/** The verb detach: the host is handed back as far as it is in our hands, then it is left alone, whether it answers or not. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost } from '../../../operator/api/types.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { FakePermits } from '../../support/fakes/permits.ts';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject, look, makeController } from '../../support/world/runHost.ts';

const KEY = 'lab/esx-01';
const DETACH = { 'sriov.esxi.io/detach': '2026-01-01' };
const SPEC = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }])] });
const WRITES: ReadonlySet<string> = new Set(['exitMaintenanceMode']);

function stage(crashAt = Number.POSITIVE_INFINITY) {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile, adapters: [{ model: connectX5En }] });
  const cluster = new FakeCluster();
  const permits = new FakePermits();
  cluster.put('SriovHost', hostObject(SPEC));
  cluster.secrets.set('lab/host', { resourceVersion: '1', data: { username: 'root', password: 'x' } });
  const crash = new CrashPoint(crashAt, WRITES);
  let opened = 0;
  const options = {
    permits,
    wrap: (host: EsxiHost): EsxiHost => {
      opened += 1;
      return crash.wrap(host);
    },
  };
  const controller = makeController(world, clock, cluster, options);
  const host = () => cluster.hosts.get(KEY) as SriovHost;
  const annotate = (annotations: Readonly<Record<string, string>>): void =>
    cluster.put('SriovHost', { ...host(), metadata: { ...host().metadata, annotations } });
  const step = async (): Promise<void> => {
    try {
      clock.advance(await look(controller));
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      clock.advance(3_000);
    }
  };
  const until = async (holds: () => boolean, most = 200): Promise<void> => {
    for (let looks = 0; !holds() && looks < most; looks += 1) await step();
  };
  const reason = () => findCondition(host().status?.conditions, 'Ready')?.reason;
  return { clock, world, cluster, permits, crash, host, annotate, step, until, reason, opened: () => opened };
}

type Stage = ReturnType<typeof stage>;

function expectLetGo({ host, permits, reason }: Stage): void {
  expect(reason()).toBe('Detached');
  expect(findCondition(host().status?.conditions, 'Stalled')?.status).toBe('False');
  expect(host().status?.acknowledged?.detach).toBe('2026-01-01');
  expect(host().metadata.finalizers ?? []).toEqual([]);
  expect(permits.holders).toEqual([]);
}

async function expectLeftAlone(at: Stage): Promise<void> {
  const before = { opened: at.opened(), writes: at.cluster.writes, changes: at.world.counters.reconfigurations };
  for (let looks = 0; looks < 5; looks += 1) await at.step();
  expect({ opened: at.opened(), writes: at.cluster.writes, changes: at.world.counters.reconfigurations }).toEqual(before);
}

describe('detach', () => {
  it('of a host that is not in our hands costs no look at it, and a host that is gone is no obstacle', async () => {
    const at = stage();
    at.world.forceOff();
    at.annotate(DETACH);
    await at.step();
    expectLetGo(at);
    expect(at.opened()).toBe(0);
    await expectLeftAlone(at);
  });

  it('in the middle of a restart brings the restart to its end, leaves maintenance mode, and begins nothing new', async () => {
    const at = stage();
    await at.until(() => at.host().status?.restarts?.last?.state === 'Requested');
    at.annotate(DETACH);
    await at.step();
    expect(at.reason()).toBe('Detaching');
    await at.until(() => at.reason() === 'Detached');
    expectLetGo(at);
    expect([at.world.up, at.world.maintenanceMode, at.world.counters.restarts.length]).toEqual([true, false, 1]);
    await expectLeftAlone(at);
  });

  it('in maintenance mode leaves it without finishing the plan', async () => {
    const at = stage();
    await at.until(() => at.world.maintenanceMode);
    at.annotate(DETACH);
    await at.until(() => at.reason() === 'Detached');
    expectLetGo(at);
    expect(at.world.maintenanceMode).toBe(false);
    await expectLeftAlone(at);
  });

  it('does not leave maintenance mode that is not ours', async () => {
    const at = stage();
    await at.world.enterMaintenanceMode(0);
    at.annotate(DETACH);
    await at.step();
    expectLetGo(at);
    expect(at.world.maintenanceMode).toBe(true);
  });

  it('of a host that does not come back has an end, with a warning', async () => {
    const at = stage();
    await at.until(() => at.host().status?.restarts?.last?.state === 'Requested');
    at.world.misbehave({ kind: 'rebootDoesNotComeBack' });
    at.world.forceOff();
    at.annotate(DETACH);
    const began = at.clock.now();
    at.cluster.put('SriovHost', { ...at.host(), spec: { ...at.host().spec, bmc: undefined } as never });
    await at.until(() => at.reason() === 'Detached', 400);
    expectLetGo(at);
    expect(at.clock.now() - began).toBeGreaterThanOrEqual(SPEC.disruption.restartTimeoutSeconds * 1000);
    expect(at.cluster.events.map(({ reason }) => reason)).toContain('HostUnreachable');
    await expectLeftAlone(at);
  });

  it('wins over hold: what stops all writes must not keep a host in maintenance mode for ever', async () => {
    const at = stage();
    await at.until(() => at.world.maintenanceMode);
    at.annotate({ ...DETACH, 'sriov.esxi.io/hold': '' });
    await at.until(() => at.reason() === 'Detached');
    expect(at.world.maintenanceMode).toBe(false);
  });

  it('ends with its annotation: the host is taken up again and gets ready', async () => {
    const at = stage();
    at.annotate(DETACH);
    await at.step();
    at.annotate({});
    await at.until(() => at.reason() === 'Succeeded');
    expect(at.reason()).toBe('Succeeded');
    expect([at.host().status?.acknowledged, at.host().status?.detach]).toEqual([undefined, undefined]);
  });

  it('keeps a deleted object waiting for nothing', async () => {
    const at = stage();
    at.annotate(DETACH);
    await at.step();
    expect(at.host().metadata.finalizers ?? []).toEqual([]);
    at.cluster.put('SriovHost', {
      ...at.host(),
      metadata: { ...at.host().metadata, deletionTimestamp: new Date(at.clock.now()).toISOString() },
    });
    await at.step();
    expect(at.opened()).toBe(0);
  });

  it('ends the same wherever the operator dies', async () => {
    const play = async (crashAt: number): Promise<Stage> => {
      const at = stage(crashAt);
      await at.until(() => at.world.maintenanceMode);
      at.cluster.afterWrite = at.crash.passed;
      at.permits.afterWrite = at.crash.passed;
      at.annotate(DETACH);
      await at.until(
        () => at.reason() === 'Detached' && at.permits.holders.length === 0 && (at.host().metadata.finalizers ?? []).length === 0,
      );
      return at;
    };
    const { crash } = await play(Number.POSITIVE_INFINITY);
    expect(crash.count).toBeGreaterThan(2);
    for (let write = 1; write <= crash.count; write += 1) {
      const at = await play(write);
      expectLetGo(at);
      expect(at.world.maintenanceMode).toBe(false);
    }
  });
});

describe('hold', () => {
  it.each([
    { why: 'a host that answers', off: false },
    { why: 'a host that does not answer', off: true },
  ])('is acknowledged, and so is the release: $why', async ({ off }) => {
    const at = stage();
    if (off) at.world.forceOff();
    at.annotate({ 'sriov.esxi.io/hold': 'because' });
    await at.step();
    expect(at.host().status?.acknowledged).toEqual({ hold: 'because' });
    at.annotate({});
    await at.step();
    expect(at.host().status?.acknowledged).toBeUndefined();
  });
});
