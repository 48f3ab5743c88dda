// What is told of changes, and when: at once of others, late and less and less often of our own.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { VsphereChange } from '../../../operator/ports/vsphere.ts';
import { Announcer } from '../../../operator/vsphere/inventory/announcer.ts';
import type { ObjectChange } from '../../../operator/vsphere/inventory/inventory.ts';

const VM = { kind: 'VirtualMachine', value: 'vm-1' };
const state = (power: string) =>
  new Map([
    ['name', 'db-01'],
    ['config.instanceUuid', 'u-1'],
    ['runtime.powerState', power],
  ]);
const change = (before: string | undefined, after: string | undefined): ObjectChange => ({
  ref: VM,
  before: before === undefined ? undefined : state(before),
  after: after === undefined ? undefined : state(after),
});

function listen(ownChangeMs: number): { readonly announcer: Announcer; readonly told: VsphereChange[]; next(): Promise<VsphereChange> } {
  const told: VsphereChange[] = [];
  let wake: (change: VsphereChange) => void = () => undefined;
  const tell = (one: VsphereChange) => {
    told.push(one);
    wake(one);
  };
  const announcer = new Announcer({ server: 'vcenter', tell, ownChangeMs });
  return { announcer, told, next: () => new Promise((resolve) => (wake = resolve)) };
}

describe('announcer', () => {
  it('tells at once what others do', () => {
    const { announcer, told } = listen(60_000);
    announcer.announce([change('on', 'off')]);
    expect(told).toEqual([
      { server: 'vcenter', vms: [{ moRef: 'vm-1', names: ['db-01'], instanceUuid: 'u-1' }], hosts: [], others: false },
    ]);
  });

  it('tells of hosts by name, and of everything else together', () => {
    const { announcer, told } = listen(60_000);
    const host = { ref: { kind: 'HostSystem', value: 'host-1' }, before: undefined, after: new Map([['name', 'esx-01']]) };
    const network = { ref: { kind: 'Network', value: 'network-1' }, before: new Map([['name', 'a']]), after: undefined };
    announcer.announce([host, network]);
    expect(told).toEqual([{ server: 'vcenter', vms: [], hosts: [{ moRef: 'host-1', name: 'esx-01' }], others: true }]);
  });

  it('tells of our own change when it is over', async () => {
    const { announcer, told, next } = listen(1);
    const later = next();
    await announcer.during('vm-1', async () => announcer.announce([change('on', 'off')]));
    expect(told).toEqual([]);
    expect((await later).vms).toHaveLength(1);
  });

  it('says nothing of a change of ours that left the VM as it was', async () => {
    const { announcer, told } = listen(1);
    await announcer.during('vm-1', async () => {
      announcer.announce([change('off', 'on')]);
      announcer.announce([change('on', 'off')]);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    const other = listen(1);
    void other.next().then(() => resolve());
    await other.announcer.during('vm-1', async () => other.announcer.announce([change('on', 'off')]));
    await promise;
    expect(told).toEqual([]);
  });

  it('waits longer each time that we change a VM again soon', async () => {
    const { announcer, next } = listen(20);
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const later = next();
      const start = performance.now();
      await announcer.during('vm-1', async () => announcer.announce([change('on', 'off')]));
      await later;
      waits.push(performance.now() - start);
    }
    expect(waits[1]).toBeGreaterThan(35);
    expect(waits[2]).toBeGreaterThan(75);
  });

  it('tells nothing any more once it is stopped', async () => {
    const { announcer, told } = listen(1);
    await announcer.during('vm-1', async () => announcer.announce([change('on', 'off')]));
    announcer.stop();
    await sleep(5);
    expect(told).toEqual([]);
  });
});
