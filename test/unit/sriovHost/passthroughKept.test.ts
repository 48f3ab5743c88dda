/** A physical function that is passed through: when it stays so, when it goes back, and what happens when it is lost. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import type { FakeCluster } from '../../support/fakes/cluster.ts';
import { hostSpec } from '../../support/world/hostSpec.ts';
import { ask, withdraw } from '../../support/world/physicalFunction.ts';
import { hostObject } from '../../support/world/runHost.ts';
import { PF, PF2, passedThrough, ports, site, spec, verdict, vfsAt } from './passthroughSite.ts';

describe('a function that is passed through', () => {
  it('stays so when nobody asks any more, and status says it', async () => {
    const { world, cluster, run } = await passedThrough();
    withdraw(cluster);
    const done = await run(spec());
    expect([verdict(done), world.counters.restarts.length, world.passthrough.active(PF)]).toEqual(['True Succeeded', 1, true]);
    expect(done.host().status?.passthrough).toEqual([expect.objectContaining({ enabledByUs: true, active: true, requestedBy: [] })]);
  });

  it('goes back to the driver once the port shall have virtual functions', async () => {
    const { world, cluster, run } = await passedThrough();
    withdraw(cluster);
    cluster.put('SriovHost', hostWith(cluster, spec(2, 4)));
    const done = await run(spec(2, 4));
    expect([verdict(done), world.counters.restarts.length]).toEqual(['True Succeeded', 2]);
    expect([world.passthrough.active(PF), vfsAt(world, PF), vfsAt(world, PF2)]).toEqual([false, 2, 4]);
    expect(done.host().status?.passthrough).toBeUndefined();
  });

  it('is not taken back while an attachment has it: the conflict is said', async () => {
    const { world, cluster, run } = await passedThrough();
    cluster.put('SriovHost', hostWith(cluster, spec(2, 4)));
    const done = await run(spec(2, 4));
    expect(verdict(done)).toBe('False PortPassedThrough');
    expect(findCondition(done.host().status?.conditions, 'Ready')?.message).toContain('it is passed through for lab/sm');
    expect([world.counters.restarts.length, world.passthrough.active(PF)]).toEqual([1, true]);
  });

  it('is left alone where somebody else passed it through, whatever the port declares', async () => {
    const { world, run } = site({ passthrough: [PF] });
    const done = await run(spec(2, 4));
    expect(verdict(done)).toBe('False PortPassedThrough');
    expect(findCondition(done.host().status?.conditions, 'Ready')?.message).toContain('somebody else');
    expect([world.passthrough.active(PF), world.passthrough.enabled(PF)]).toEqual([true, true]);
  });

  it('is used as it is where somebody else passed it through: no restart', async () => {
    const { world, cluster, run } = site({ passthrough: [PF], moduleOptions: 'max_vfs=4' });
    ask(cluster);
    const done = await run(spec());
    expect([verdict(done), world.counters.restarts.length, done.host().status?.passthrough?.[0]?.enabledByUs]).toEqual([
      'True Succeeded',
      0,
      false,
    ]);
  });

  it('is passed through again when a boot lost it, and reported as drift', async () => {
    const { world, clock, run } = await passedThrough();
    world.misbehave({ kind: 'passthroughOffAfterBoot', times: 1 });
    world.reboot();
    clock.advance(1_000);
    expect(world.passthrough.active(PF)).toBe(false);
    const waits = await run(spec(), { most: 1 });
    expect(waits.host().status?.drift?.fields).toContain('passthrough a port 1: on -> off');
    expect(verdict(await run(spec()))).toBe('True Succeeded');
    expect([world.passthrough.active(PF), world.counters.restarts.length]).toEqual([true, 3]);
  });

  it.each([
    { why: 'is being deleted', metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } },
    { why: 'is on hold', metadata: { annotations: { 'sriov.esxi.io/hold': 'yes' } } },
  ])('is not passed through again for an attachment that $why', async ({ metadata }) => {
    const { world, cluster, clock, run } = await passedThrough();
    ask(cluster, { metadata });
    world.misbehave({ kind: 'passthroughOffAfterBoot', times: 1 });
    world.reboot();
    clock.advance(1_000);
    const done = await run(spec());
    expect([verdict(done), world.passthrough.enabled(PF)]).toEqual(['True Succeeded', false]);
  });

  it('is passed through at its new place when a further card moved it', async () => {
    const made = site();
    const { world, cluster, clock, run } = made;
    const macAddress = world.adapters[0]?.ports[0]?.macAddress ?? '';
    const declared = hostSpec({ adapters: [{ name: 'a', selector: { macAddress }, ports: ports(0, 4) }] });
    ask(cluster);
    expect(verdict(await run(declared))).toBe('True Succeeded');
    world.shutDown();
    clock.advance(1_000);
    world.moveAdapter(PF, '0000:5e:00.0');
    world.powerOn();
    clock.advance(1_000);
    const done = await run(declared);
    expect([verdict(done), world.passthrough.active('0000:5e:00.0')]).toEqual(['True Succeeded', true]);
    expect(done.host().status?.passthrough).toEqual([
      expect.objectContaining({ adapter: 'a', port: 1, pciAddress: '0000:5e:00.0', enabledByUs: true }),
    ]);
  });

  it('is remembered as ours while the operator has let the host go', async () => {
    const { cluster, run } = await passedThrough();
    const host = cluster.hosts.list()[0] ?? hostObject(spec());
    cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations: { 'sriov.esxi.io/detach': 'yes' } } });
    const detached = await run(spec());
    expect(verdict(detached)).toBe('False Detached');
    expect(detached.host().status?.passthrough).toEqual([expect.objectContaining({ enabledByUs: true, vmnic: 'vmnic2' })]);
  });

  it('costs one restart and no more where every boot loses it', async () => {
    const { world, cluster, run } = site();
    world.misbehave({ kind: 'passthroughOffAfterBoot' });
    ask(cluster);
    const done = await run(spec());
    expect([verdict(done), world.counters.restarts.length]).toEqual(['False PassthroughNotActive', 1]);
    expect(findCondition(done.host().status?.conditions, 'Stalled')?.status).toBe('True');
    const writes = [cluster.writes, world.counters.reconfigurations];
    await run(spec(), { most: 3 });
    expect([cluster.writes, world.counters.reconfigurations]).toEqual(writes);
  });

  it.each([
    { why: 'goes back with restore', device: undefined, active: false },
    { why: 'stays where a VM has it as its device', device: { key: 13000, kind: 'Physical' as const }, active: true },
  ])('$why', async ({ device, active }) => {
    const { world, cluster, run } = await passedThrough();
    ask(cluster, device === undefined ? {} : { status: { device } });
    const host = cluster.hosts.list()[0] ?? hostObject(spec());
    cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations: { 'sriov.esxi.io/restore': 'now' } } });
    const done = await run(spec());
    expect([verdict(done), world.passthrough.active(PF)]).toEqual(['False Restored', active]);
    expect(world.modules.configured('nmlx5_core')).toBe(active ? 'max_vfs=4' : 'max_vfs=0,4');
    expect([vfsAt(world, PF2), world.counters.restarts.length]).toEqual([4, active ? 1 : 2]);
  });
});

function hostWith(cluster: FakeCluster, changed: SriovHostSpec) {
  const host = cluster.hosts.list()[0] ?? hostObject(changed);
  return { ...host, metadata: { ...host.metadata, generation: host.metadata.generation + 1 }, spec: changed };
}
