/** All memory of the VM has to be reserved: whether there is as much is looked at before the VM loses its power. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import type { ReservableMemory } from '../../../operator/ports/vsphere.ts';
import type { FakeVm } from '../../support/fakes/vsphere.ts';
import { Scene } from './scene.ts';

interface Row {
  readonly why: string;
  readonly vm: Partial<FakeVm>;
  readonly reservable: ReservableMemory;
  readonly words?: RegExp;
}

const ROWS: readonly Row[] = [
  {
    why: 'the resource pool has less left than the VM has memory',
    vm: { powerState: 'poweredOn' },
    reservable: { poolMB: 4095, hostMB: 65_536 },
    words: /All 4096 MB of VM db-01 must be reserved; its resource pool has 4095 MB left/,
  },
  {
    why: 'the VM is larger than its host',
    vm: { powerState: 'poweredOn' },
    reservable: { poolMB: 65_536, hostMB: 2048 },
    words: /4096 MB of memory, its host 2048 MB/,
  },
  {
    why: 'a VM that is off holds no reservation',
    vm: { powerState: 'poweredOff', memoryReservationMB: 2048 },
    reservable: { poolMB: 2048, hostMB: 65_536 },
    words: /the VM has 0 MB of its own/,
  },
  { why: 'there is just enough', vm: { powerState: 'poweredOn' }, reservable: { poolMB: 4096, hostMB: 4096 } },
  {
    why: 'what the running VM has reserved comes free with its power-off',
    vm: { powerState: 'poweredOn', memoryReservationMB: 3072 },
    reservable: { poolMB: 1024, hostMB: 65_536 },
  },
  {
    why: 'memory that is locked already needs nothing',
    vm: { powerState: 'poweredOn', memoryLockedToMax: true, memoryReservationMB: 4096 },
    reservable: { poolMB: 0, hostMB: 65_536 },
  },
  { why: 'vSphere does not tell', vm: { powerState: 'poweredOn' }, reservable: { poolMB: undefined, hostMB: undefined } },
];

describe('memory that is to be reserved', () => {
  it.each(ROWS)('$why', async ({ vm, reservable, words }) => {
    const scene = new Scene({ vm });
    scene.vsphere.reservable = reservable;
    scene.attach();
    await scene.settle();
    if (words === undefined) {
      expect(scene.verdict()).toBe('Ready=True Succeeded');
      return;
    }
    expect(scene.verdict()).toBe('Ready=False InsufficientMemory');
    expect(scene.condition('Ready')?.message).toMatch(words);
    expect(scene.vsphere.writes).toEqual([]);
  });

  it('is looked at again, and the VM gets its card once there is room', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.vsphere.reservable = { poolMB: 0, hostMB: 65_536 };
    scene.attach();
    await scene.settle();
    scene.vsphere.reservable = { poolMB: 8192, hostMB: 65_536 };
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('is left to vSphere where the account may not see the resource pool', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    const denied = () => new PortError('VspherePermissionDenied', 'no System.Read on the resource pool');
    scene.vsphere.failures.set('reservableMemory', Array.from({ length: 9 }, denied));
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('is not read for an attachment that is as declared', async () => {
    const scene = new Scene();
    scene.attach();
    await scene.settle();
    scene.vsphere.reads.length = 0;
    await scene.settle();
    expect(scene.vsphere.reads).not.toContain('reservableMemory');
  });

  it('runs short after the power-off: the VM gets its power back', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.vsphere.failures.set('reconfigure', [new PortError('ConnectionLost', 'the connection broke')]);
    scene.attach();
    await scene.look();
    expect(scene.vm().powerState).toBe('poweredOff');
    scene.vsphere.reservable = { poolMB: 0, hostMB: 65_536 };
    await scene.settle();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [] });
    expect(scene.verdict()).toBe('Ready=False InsufficientMemory');
  });

  it('counts by the host that a VM is moved to, and not by the pool that it leaves', async () => {
    const scene = new Scene({ vm: { hostMoRef: 'host-2', powerState: 'poweredOn' } });
    const host = scene.vsphere.hosts.get('host-1');
    if (host === undefined) throw new Error('the scene has no host');
    scene.vsphere.hosts.set('host-2', { ...host, moRef: 'host-2', name: 'esx-02.example.com', ipAddresses: [] });
    scene.vsphere.reservable = { poolMB: 0, hostMB: 1024 };
    scene.attach('a', { relocation: 'Cold' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False InsufficientMemory');
    expect(scene.condition('Ready')?.message).toContain('its host 1024 MB');
    expect(scene.vsphere.writes).toEqual([]);
  });
});
