/** VMs on the host before, during and after a restart, on simulated worlds without protocols. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SimVm } from '../../simulator/world/vm.ts';
import { SimFault } from '../../simulator/world/vmFault.ts';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import { look, makeController, runHost } from '../../support/world/runHost.ts';
import { worldVsphere } from '../../support/world/worldVsphere.ts';
import { attachmentObject } from '../sriovVmAttachment/scene.ts';
import { CLUSTER, KEY, run, specWith, stage, states } from './vmStage.ts';

describe('runningVms: PowerOff', () => {
  it('shuts down what runs, restarts once, powers on exactly that, and owes nothing at the end', async () => {
    const it = stage([{ name: 'web' }, { name: 'db' }, { name: 'spare', powerState: 'poweredOff' }]);
    const end = await run(it, specWith());
    expect({ ...end, status: end.status?.poweredOffVms }).toMatchObject({ reason: 'Succeeded', finalizers: [] });
    expect(end.status?.poweredOffVms).toBeUndefined();
    expect(states(it.vms)).toEqual({ web: 'poweredOn', db: 'poweredOn', spare: 'poweredOff' });
    expect(it.vms['web']?.counters).toMatchObject({ guestShutdowns: 1, powerOffs: 0, powerOns: 1, crashes: 0 });
    expect(it.world.counters).toMatchObject({ restartsWithRunningVms: 0, powerCutsWithRunningVms: 0 });
    expect(it.world.counters.restarts).toHaveLength(1);
    expect(it.world.maintenanceMode).toBe(false);
  });

  it.each([
    { why: 'every VM has lost its power once and has it back', runningVms: 'PowerOff' as const, facts: undefined, lost: [1, 1, 0] },
    { why: 'every VM was moved and none lost its power', runningVms: 'Evacuate' as const, facts: CLUSTER, lost: [0, 0, 0] },
  ])('ends the same wherever the operator dies: $why', async ({ runningVms, facts, lost }) => {
    const attempt = async (at: number) => {
      const { clock, world, inventory, cluster, vms } = stage([
        { name: 'web' },
        { name: 'db' },
        { name: 'spare', powerState: 'poweredOff' },
      ]);
      const point = new CrashPoint(at);
      cluster.afterWrite = point.passed;
      const vsphere = worldVsphere({ inventory, world, afterWrite: point.passed, ...(facts === undefined ? {} : { facts }) });
      for (let lives = 1; ; lives += 1) {
        try {
          const { host } = await runHost(world, clock, specWith({ runningVms }), { cluster, vsphere });
          return { writes: point.count, lives, world, vms, host: host() };
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          clock.advance(3_000);
        }
      }
    };
    const { writes } = await attempt(Number.POSITIVE_INFINITY);
    expect(writes).toBeGreaterThan(8);
    for (let at = 1; at <= writes; at += 1) {
      const { lives, world, vms, host } = await attempt(at);
      const ready = findCondition(host.status?.conditions, 'Ready')?.reason;
      const powerOffs = Object.values(vms).map(({ counters }) => counters.guestShutdowns + counters.powerOffs + counters.crashes);
      const owed = host.status?.poweredOffVms ?? [];
      const end = { at, lives, ready, restarts: world.counters.restarts.length, states: states(vms), powerOffs, owed };
      expect(end).toEqual({
        at,
        lives: 2,
        ready: 'Succeeded',
        restarts: 1,
        states: { web: 'poweredOn', db: 'poweredOn', spare: 'poweredOff' },
        powerOffs: lost,
        owed: [],
      });
      expect({ at, maintenance: world.maintenanceMode, finalizers: host.metadata.finalizers ?? [] }).toEqual({
        at,
        maintenance: false,
        finalizers: [],
      });
    }
  });

  it.each([
    {
      why: 'Tools do not run: nobody can be asked',
      change: { toolsInstalled: false },
      guest: 5 as const,
      counters: { guestShutdowns: 0, powerOffs: 1 },
    },
    {
      why: 'a guest that ignores the request loses its power when its time is up',
      change: {},
      guest: 'ignored' as const,
      counters: { guestShutdowns: 0, powerOffs: 1 },
    },
  ])('powers off: $why', async ({ change, guest, counters }) => {
    const it = stage([{ name: 'web', ...change }]);
    const vm = it.vms['web'] as SimVm;
    vm.guestShutdown = guest;
    const began = it.clock.now();
    const end = await run(it, specWith({ vmShutdownTimeoutSeconds: 240 }));
    expect(end.reason).toBe('Succeeded');
    expect(vm).toMatchObject({ powerState: 'poweredOn', counters });
    if (guest === 'ignored') expect(it.clock.now() - began).toBeGreaterThan(240_000);
  });

  it('does not power on a VM that somebody else switched off just before it was asked', async () => {
    const { clock, world, inventory, cluster, vms } = stage([{ name: 'web' }]);
    const web = vms['web'] as SimVm;
    const plain = worldVsphere({ inventory, world });
    const vsphere = {
      ...plain,
      vm: async (...args: Parameters<typeof plain.vm>) => {
        if (web.powerState === 'poweredOn') inventory.power.off(web);
        return await plain.vm(...args);
      },
    };
    const { host } = await runHost(world, clock, specWith(), { cluster, vsphere });
    expect(findCondition(host().status?.conditions, 'Ready')?.reason).toBe('Succeeded');
    expect(web).toMatchObject({ powerState: 'poweredOff', counters: { powerOns: 0, guestShutdowns: 0, powerOffs: 1 } });
  });

  it('gives the others their power back when one VM refuses, and asks them again only when that one is gone', async () => {
    const it = stage([{ name: 'alpha' }, { name: 'stubborn' }]);
    const stubborn = it.vms['stubborn'] as SimVm;
    stubborn.guestShutdown = 'ignored';
    it.cluster.put(
      'SriovVmAttachment',
      attachmentObject('stubborn', { vm: { name: 'stubborn' }, powerPolicy: { powerOff: 'GuestShutdown', timeoutSeconds: 60 } }),
    );
    const end = await run(it, specWith());
    expect(end).toMatchObject({ reason: 'EvacuationBlocked', message: expect.stringContaining('stubborn still runs') });
    expect(states(it.vms)).toEqual({ alpha: 'poweredOn', stubborn: 'poweredOn' });
    expect(it.vms['alpha']?.counters).toMatchObject({ guestShutdowns: 1, powerOns: 1 });
    it.inventory.power.off(stubborn);
    expect((await run(it, specWith())).reason).toBe('Succeeded');
    expect(states(it.vms)).toEqual({ alpha: 'poweredOn', stubborn: 'poweredOn' });
  });

  it.each([
    { why: 'its attachment says Never', vm: {}, policy: 'Never' as const, says: /db .* SriovVmAttachment lab\/db is Never/ },
    {
      why: 'its attachment wants the guest asked, and Tools do not run',
      vm: { toolsInstalled: false },
      policy: 'GuestShutdown' as const,
      says: /Tools do not run/,
    },
  ])('touches no VM at all when one blocks: $why', async ({ vm, policy, says }) => {
    const it = stage([{ name: 'web' }, { name: 'db', ...vm }]);
    it.cluster.put('SriovVmAttachment', attachmentObject('db', { vm: { name: 'db' }, powerPolicy: { powerOff: policy } }));
    const end = await run(it, specWith());
    expect(end.reason).toBe('EvacuationBlocked');
    expect(end.message).toMatch(says);
    expect(states(it.vms)).toEqual({ web: 'poweredOn', db: 'poweredOn' });
    expect(it.vms['web']?.counters).toMatchObject({ guestShutdowns: 0, powerOffs: 0 });
    expect(it.world.counters.restarts).toEqual([]);
  });

  it('waits for a person when a VM has a question, since no power operation would end', async () => {
    const it = stage([{ name: 'web' }]);
    (it.vms['web'] as SimVm).question = 'Was it moved or copied?';
    expect(await run(it, specWith())).toMatchObject({
      reason: 'EvacuationBlocked',
      message: expect.stringContaining('Was it moved or copied?'),
    });
  });

  it('hands VMs back when the object is deleted half way', async () => {
    const it = stage([{ name: 'web' }, { name: 'stubborn' }]);
    (it.vms['stubborn'] as SimVm).guestShutdown = 'ignored';
    const vsphere = worldVsphere(it);
    await runHost(it.world, it.clock, specWith(), { cluster: it.cluster, vsphere, most: 3 });
    expect(states(it.vms)).toEqual({ web: 'poweredOff', stubborn: 'poweredOn' });
    const host = it.cluster.hosts.get(KEY);
    if (host === undefined) throw new Error('the object is gone too early');
    const deletionTimestamp = new Date(it.clock.now()).toISOString();
    it.cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, deletionTimestamp } });
    const controller = makeController(it.world, it.clock, it.cluster, { vsphere });
    for (let looks = 0; looks < 60 && it.cluster.hosts.get(KEY) !== undefined; looks += 1) it.clock.advance(await look(controller));
    expect(it.cluster.hosts.get(KEY)).toBeUndefined();
    expect(states(it.vms)).toEqual({ web: 'poweredOn', stubborn: 'poweredOn' });
  });

  it('keeps trying a VM that does not come up, says which, and lets no other one wait for it', async () => {
    const it = stage([{ name: 'alpha' }, { name: 'web' }]);
    const [alpha, web] = [it.vms['alpha'], it.vms['web']] as [SimVm, SimVm];
    const refusal = new SimFault('InsufficientMemoryResourcesFault', 'Not enough memory.');
    let refusals = 0;
    const refuse = (): void => {
      refusals += 1;
      if (refusals < 3) it.inventory.hooks.beforeNext('powerOn', refuse, alpha);
      throw refusal;
    };
    it.inventory.hooks.beforeNext('powerOn', refuse, alpha);
    const seen = new Set<string>();
    it.cluster.afterWrite = () => {
      const ready = findCondition(it.cluster.hosts.get(KEY)?.status?.conditions, 'Ready');
      if (ready?.reason === 'VmNotRestored') seen.add(`${ready.message} while web is ${web.powerState}`);
    };
    expect((await run(it, specWith())).reason).toBe('Succeeded');
    expect([...seen]).toEqual(['VM(s) could not be powered on again: alpha: Not enough memory. while web is poweredOn']);
    expect(states(it.vms)).toEqual({ alpha: 'poweredOn', web: 'poweredOn' });
    expect(web.counters.powerOns).toBe(1);
  });

  it('leaves the maintenance mode of somebody else alone, and says that VMs wait for its end', async () => {
    const it = stage([{ name: 'web' }]);
    await run(it, specWith());
    const host = it.cluster.hosts.get(KEY);
    if (host === undefined) throw new Error('the object is gone');
    const web = it.vms['web'] as SimVm;
    const record = {
      moRef: String(web.number),
      name: 'web',
      since: '2026-01-01T00:00:00Z',
      until: '2026-01-01T00:05:00Z',
      state: 'PoweredOff',
    } as const;
    it.cluster.put('SriovHost', { ...host, status: { ...host.status, poweredOffVms: [record] } });
    it.inventory.power.off(web);
    await it.world.enterMaintenanceMode(0);
    expect(await run(it, specWith())).toMatchObject({ reason: 'MaintenanceModeNotOurs', message: expect.stringContaining('web') });
    expect({ maintenance: it.world.maintenanceMode, web: web.powerState }).toEqual({ maintenance: true, web: 'poweredOff' });
    it.world.exitMaintenanceMode();
    expect((await run(it, specWith())).reason).toBe('Succeeded');
    expect(web.powerState).toBe('poweredOn');
  });

  it('without a usable vSphere server says so and shuts nothing down', async () => {
    const it = stage([{ name: 'web' }]);
    const { host } = await runHost(it.world, it.clock, specWith(), { cluster: it.cluster, most: 5 });
    expect(findCondition(host().status?.conditions, 'Ready')?.reason).toBe('VsphereUnreachable');
    expect(states(it.vms)).toEqual({ web: 'poweredOn' });
  });
});
