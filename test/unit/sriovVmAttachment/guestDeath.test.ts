/** A guest that dies soon after the operator powered its VM on: seen, explained, and not powered on again and again. */
import { describe, expect, it } from '@jest/globals';
import { known } from '../../../operator/controllers/fact.ts';
import { DEATH_WINDOW_SECONDS, noteDeath } from '../../../operator/controllers/sriovVmAttachment/guestDeath.ts';
import type { Observation } from '../../../operator/controllers/sriovVmAttachment/observation.ts';
import { anObservation, aVm, ourCard } from './observations.ts';
import { hostObject, Scene, START } from './scene.ts';

const attached = async (): Promise<Scene> => {
  const scene = new Scene({ vm: { powerState: 'poweredOn' } });
  scene.attach();
  await scene.look();
  expect(scene.verdict()).toBe('Ready=True Succeeded');
  return scene;
};

const goesOff = (scene: Scene, orderly: boolean | undefined): void =>
  scene.vsphere.edit('vm-1', (vm) => {
    scene.vsphere.stop(vm);
    vm.cleanPowerOff = orderly;
  });

const OFF_FOR_HOST = {
  moRef: 'vm-1',
  name: 'db-01',
  since: '2026-01-01T00:00:00Z',
  until: '2026-01-01T00:05:00Z',
  state: 'PoweredOff',
} as const;

const powerOns = (scene: Scene) => scene.vsphere.writes.filter((write) => write.startsWith('powerOn')).length;

describe('a guest that dies after power-on', () => {
  it.each([
    { why: 'without an orderly shutdown', orderly: false },
    { why: 'where the server does not tell how', orderly: undefined },
  ])('is noticed and explained: $why', async ({ why, orderly }) => {
    const scene = await attached();
    scene.nowMs += 40_000;
    goesOff(scene, orderly);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False GuestDiedAfterPowerOn');
    expect(scene.verdict('Stalled')).toBe('Stalled=True GuestDiedAfterPowerOn');
    const { message } = scene.condition('Ready') ?? {};
    expect(message).toContain('found off 40 s later');
    expect(message).toContain(orderly === false ? why : 'vSphere does not tell');
    expect(message).toContain('Out of interrupt vectors');
  });

  it('is not powered on again by itself, however long it takes', async () => {
    const scene = await attached();
    goesOff(scene, false);
    for (let round = 0; round < 20; round += 1) {
      await scene.settle();
      scene.nowMs += DEATH_WINDOW_SECONDS * 1000;
    }
    expect(powerOns(scene)).toBe(1);
    expect(scene.verdict()).toBe('Ready=False GuestDiedAfterPowerOn');
  });

  it('is powered on once by a retry, and reported again when it dies again', async () => {
    const scene = await attached();
    goesOff(scene, false);
    await scene.settle();
    scene.annotate('a', { 'sriov.esxi.io/retry': '1' });
    await scene.settle();
    expect(powerOns(scene)).toBe(2);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    goesOff(scene, false);
    await scene.settle();
    expect(powerOns(scene)).toBe(2);
    expect(scene.verdict()).toBe('Ready=False GuestDiedAfterPowerOn');
  });

  it('is forgotten when somebody powers the VM on', async () => {
    const scene = await attached();
    goesOff(scene, false);
    await scene.settle();
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.start(vm));
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.object().status).not.toHaveProperty('died');
  });

  it('is remembered by the next operator', async () => {
    const scene = await attached();
    scene.nowMs += 60_000;
    scene.restart();
    goesOff(scene, false);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False GuestDiedAfterPowerOn');
    scene.restart();
    scene.nowMs += 3_600_000;
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False GuestDiedAfterPowerOn');
    expect(powerOns(scene)).toBe(1);
  });

  it.each([
    { why: 'the guest shut down in an orderly way', afterMs: 30_000, orderly: true },
    { why: 'it ran for longer than that', afterMs: (DEATH_WINDOW_SECONDS + 1) * 1000, orderly: false },
    { why: 'the clock was set back', afterMs: -30_000, orderly: false },
  ])('is not suspected where $why', async ({ afterMs, orderly }) => {
    const scene = await attached();
    scene.nowMs += afterMs;
    goesOff(scene, orderly);
    await scene.look();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(powerOns(scene)).toBe(1);
  });

  it('is not suspected where the operator did not power the VM on', async () => {
    const scene = new Scene();
    scene.attach();
    await scene.settle();
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.start(vm));
    await scene.settle();
    goesOff(scene, false);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('does not keep the card from being taken out', async () => {
    const scene = await attached();
    goesOff(scene, false);
    await scene.settle();
    scene.delete('a');
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOff', sriovCards: [] });
  });

  it.each<{ why: string; seen: Partial<Observation>; suspected: boolean }>([
    { why: 'nobody else has the VM off', seen: {}, suspected: true },
    { why: 'another attachment of the VM is changing it', seen: { pendingSiblings: ['lab/b'] }, suspected: false },
    {
      why: 'VMs are off for a restart of the host',
      seen: {
        host: known({ ...hostObject(), status: { poweredOffVms: [OFF_FOR_HOST] } }),
      },
      suspected: false,
    },
  ])('is suspected or not: $why', ({ seen, suspected }) => {
    const memory = { journal: [], poweredOn: { time: '2026-01-01T00:00:00Z' } };
    const off = aVm({ powerState: 'poweredOff', cleanPowerOff: false });
    const noted = noteDeath(memory, anObservation(off, ourCard(), seen), new Date(START + 30_000));
    expect(noted.died !== undefined).toBe(suspected);
  });

  it('is not suspected while the host is in maintenance mode', async () => {
    const scene = await attached();
    const host = scene.vsphere.hosts.get('host-1');
    if (host === undefined) throw new Error('the scene has no host');
    scene.vsphere.hosts.set('host-1', { ...host, inMaintenanceMode: true });
    goesOff(scene, false);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});
