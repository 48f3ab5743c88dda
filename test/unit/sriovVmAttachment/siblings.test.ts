/** Several attachments: of one VM, which is powered off once; and of one physical function, whose virtual functions are never promised twice. */
import { describe, expect, it } from '@jest/globals';
import {
  attachmentsBeside,
  attachmentsOfHost,
  attachmentsOfSecret,
  attachmentsWaitingForCard,
} from '../../../operator/controllers/sriovVmAttachment/wake.ts';
import { hostObject, Scene } from './scene.ts';

const mac = (index: number) => `00:50:56:3f:00:${index.toString(16).padStart(2, '0')}`;

function twoCards(scene: Scene, powerOff: 'PowerOff' | 'Never' | 'GuestShutdown' = 'PowerOff', powerOn = false): void {
  scene.attach('a', { macAddress: mac(1), powerPolicy: { powerOff, powerOn } });
  scene.attach('b', { macAddress: mac(2), powerPolicy: { powerOff, powerOn }, function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } });
}

const count = (scene: Scene, what: string) => scene.vsphere.writes.filter((write) => write.startsWith(what)).length;

function crowd(scene: Scene, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    scene.vsphere.addVm({ moRef: `vm-${10 + index}`, name: `vm-${name}`, hostMoRef: 'host-1', powerState: 'poweredOn' });
    scene.attach(name, { vm: { name: `vm-${name}` }, macAddress: mac(10 + index) });
  }
}

function vsphereHost(scene: Scene) {
  const host = scene.vsphere.hosts.get('host-1');
  if (host === undefined) throw new Error('the scene has no host-1');
  return host;
}

describe('two attachments of one VM', () => {
  it.each(['PowerOff', 'GuestShutdown'] as const)('power it off once between them (%s)', async (powerOff) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    twoCards(scene, powerOff);
    await scene.settle();
    expect(scene.vm().sriovCards.map(({ macAddress }) => macAddress)).toEqual([mac(1), mac(2)]);
    expect(scene.vm().powerState).toBe('poweredOn');
    expect(count(scene, 'powerO')).toBe(powerOff === 'PowerOff' ? 2 : 1);
    expect(count(scene, 'shutdownGuest')).toBe(powerOff === 'PowerOff' ? 0 : 1);
    expect([scene.verdict('Ready', 'a'), scene.verdict('Ready', 'b')]).toEqual(['Ready=True Succeeded', 'Ready=True Succeeded']);
  });

  it('both get into a VM that is off although the first powers it on and no power-off is allowed', async () => {
    const scene = new Scene();
    twoCards(scene, 'Never', true);
    await scene.settle();
    expect(scene.vm().sriovCards).toHaveLength(2);
    expect(count(scene, 'powerOn')).toBe(1);
  });

  it('run at the same time without mixing up their cards', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    twoCards(scene);
    for (let round = 0; round < 4; round += 1) await Promise.all([scene.look('a'), scene.look('b')]);
    await scene.settle();
    expect(scene.object('a').status?.device?.macAddress).toBe(mac(1));
    expect(scene.object('b').status?.device?.macAddress).toBe(mac(2));
    expect(scene.vm().sriovCards).toHaveLength(2);
    const journals = ['a', 'b'].flatMap((name) => scene.object(name).status?.journal ?? []);
    expect(journals.filter(({ result }) => result === 'Failed')).toEqual([]);
  });

  it('do not keep the VM off for one that cannot go on', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach('b', { macAddress: mac(2), network: { portGroup: 'missing' } });
    await scene.look('b');
    scene.attach('a', { macAddress: mac(1) });
    await scene.look('a');
    expect(scene.vm().powerState).toBe('poweredOn');
  });

  it('keep the VM off for a minute at most for one that was never looked at', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    twoCards(scene);
    await scene.look('a');
    expect(scene.vm().powerState).toBe('poweredOff');
    expect(scene.verdict('Reconciling')).toBe('Reconciling=True WaitingForOtherAttachments');
    scene.nowMs += 61_000;
    await scene.look('a');
    expect(scene.vm().powerState).toBe('poweredOn');
  });

  it('restore the memory setting of before the first of them when the last one leaves, whichever that is', async () => {
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const scene = new Scene({ vm: { memoryReservationMB: 512 } });
      twoCards(scene);
      await scene.settle();
      for (const name of order) {
        expect(scene.vm().memoryLockedToMax).toBe(true);
        scene.delete(name);
        await scene.settle();
      }
      expect(scene.vm()).toMatchObject({ sriovCards: [], memoryLockedToMax: false, memoryReservationMB: 512 });
    }
  });

  it('leave together with one power-off', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    twoCards(scene);
    await scene.settle();
    scene.vsphere.writes.length = 0;
    scene.delete('a');
    scene.delete('b');
    await scene.settle();
    expect(count(scene, 'powerOff')).toBe(1);
    expect(scene.vm()).toMatchObject({ sriovCards: [], powerState: 'poweredOn', memoryLockedToMax: false });
    expect([scene.find('a'), scene.find('b')]).toEqual([undefined, undefined]);
  });
});

describe('virtual functions', () => {
  it('are never promised twice, also when all ask at the same instant: the first by time and name win', async () => {
    const scene = new Scene({ presentVfs: 2 });
    crowd(scene, ['d', 'c', 'b', 'a']);
    for (let round = 0; round < 4; round += 1) await Promise.all(['d', 'c', 'b', 'a'].map((name) => scene.look(name)));
    await scene.settle();
    expect(['a', 'b', 'c', 'd'].map((name) => scene.verdict('Ready', name))).toEqual([
      'Ready=True Succeeded',
      'Ready=True Succeeded',
      'Ready=False NoFreeVirtualFunction',
      'Ready=False NoFreeVirtualFunction',
    ]);
    expect(count(scene, 'powerOff')).toBe(2);
    expect(scene.condition('HostReady', 'c')?.message).toContain('VM vm-a');
  });

  it('go to the next in line when one is given back', async () => {
    const scene = new Scene({ presentVfs: 1 });
    crowd(scene, ['a', 'b', 'c']);
    await scene.settle();
    scene.delete('a');
    await scene.settle();
    expect(scene.verdict('Ready', 'b')).toBe('Ready=True Succeeded');
    expect(scene.verdict('Ready', 'c')).toBe('Ready=False NoFreeVirtualFunction');
  });
});

describe('waking', () => {
  it('names the attachments of a host, of a Secret, and beside another', () => {
    const scene = new Scene();
    twoCards(scene);
    scene.attach('elsewhere', { hostRef: { name: 'esx-02' } });
    expect(attachmentsOfHost(scene.cluster, 'lab/esx-01')).toEqual(['lab/a', 'lab/b']);
    expect(attachmentsOfSecret(scene.cluster, 'lab/vcenter')).toEqual(['lab/a', 'lab/b']);
    expect(attachmentsOfSecret(scene.cluster, 'lab/esx-01')).toEqual([]);
    expect(attachmentsBeside(scene.cluster, 'lab/a')).toEqual(['lab/b']);
  });

  it('reaches those who wait for a virtual function of the host or for a MAC address, once a card is out', async () => {
    const scene = new Scene({ presentVfs: 1 });
    crowd(scene, ['a', 'b']);
    await scene.settle();
    scene.attach('c', { macAddress: scene.object('a').spec.macAddress ?? '' });
    await scene.look('c');
    expect(scene.verdict('Ready', 'c')).toBe('Ready=False MacAddressInUse');
    expect(attachmentsWaitingForCard(scene.cluster, 'lab/esx-01')).toEqual(['lab/b', 'lab/c']);
    expect(attachmentsWaitingForCard(scene.cluster, 'lab/esx-02')).toEqual(['lab/c']);
    scene.delete('a');
    await scene.look('a');
    expect(scene.released).toEqual(['lab/esx-01']);
  });
});

describe('attachments declared together with their host', () => {
  it('share one power-off, although each of them said last that it waits for the host', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.cluster.put('SriovHost', { ...hostObject({}, 0) });
    twoCards(scene);
    await scene.settle();
    expect(scene.verdict('Ready', 'b')).toBe('Ready=False HostNotReady');
    scene.cluster.put('SriovHost', hostObject());
    await scene.settle();
    expect(scene.vm().sriovCards).toHaveLength(2);
    expect(count(scene, 'powerOff')).toBe(1);
  });

  it.each([
    {
      why: 'the host was in maintenance',
      reason: 'HostInMaintenance',
      wait: (scene: Scene) => scene.vsphere.hosts.set('host-1', { ...vsphereHost(scene), inMaintenanceMode: true }),
      end: (scene: Scene) => scene.vsphere.hosts.set('host-1', { ...vsphereHost(scene), inMaintenanceMode: false }),
    },
    {
      why: 'the host was not open for the VM',
      reason: 'VmNotAllowed',
      wait: (scene: Scene) => scene.cluster.put('SriovHost', hostObject({ attachments: { from: 'Same', vmPaths: ['/dc/vm/other/**'] } })),
      end: (scene: Scene) => scene.cluster.put('SriovHost', hostObject()),
    },
  ])('share one power-off, although each of them said last that $why', async ({ reason, wait, end }) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    wait(scene);
    twoCards(scene);
    await scene.settle();
    expect(scene.verdict('Ready', 'b')).toBe(`Ready=False ${reason}`);
    end(scene);
    await scene.settle();
    expect(scene.vm().sriovCards).toHaveLength(2);
    expect(count(scene, 'powerOff')).toBe(1);
  });

  it('share one power-off, although one of them said last that it lets the other go first, while the host was only looked at', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.cluster.put('SriovHost', hostObject({ mode: 'Observe' }));
    twoCards(scene);
    // The younger one looks while the older one has not told yet that the host holds it up.
    await scene.look('b');
    expect([scene.verdict('Ready', 'b'), scene.verdict('Reconciling', 'b')]).toEqual([
      'Ready=False WaitingForOtherAttachments',
      'Reconciling=False HostObserveOnly',
    ]);
    scene.cluster.put('SriovHost', hostObject());
    await scene.look('a');
    await scene.settle();
    expect(scene.vm().sriovCards).toHaveLength(2);
    expect(count(scene, 'powerOff')).toBe(1);
  });

  it('share one power-off, although one of them said last that somebody was in between', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    twoCards(scene);
    let once = false;
    scene.vsphere.beforeWrite = (write) => {
      if (once || write !== 'reconfigure vm-1') return;
      once = true;
      scene.vsphere.edit('vm-1', (vm) => scene.vsphere.start(vm));
    };
    await scene.settle();
    expect(scene.vm().sriovCards).toHaveLength(2);
    // One for what came in between, and one for both cards.
    expect(count(scene, 'powerOff')).toBe(2);
  });

  it('do not wait for one whose own port gives no virtual functions yet', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.cluster.put('SriovHost', hostObject({}, 0));
    twoCards(scene);
    await scene.settle();
    const host = hostObject();
    const adapters = host.status?.adapters?.map((adapter) => ({ ...adapter, ports: adapter.ports?.slice(0, 1) ?? [] })) ?? [];
    scene.cluster.put('SriovHost', { ...host, status: { ...host.status, adapters } });
    await scene.look('a');
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [expect.anything()] });
  });
});
