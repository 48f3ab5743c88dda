/** A whole physical function for a VM: from the request to the device, who else may have it, and the way back. */
import { describe, expect, it } from '@jest/globals';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { attachWhole as attach, FUNCTION, reportPort as report, wholeScene as scene, WHOLE } from './physicalFunctionScene.ts';
import { hostObject, MAC, OTHER_PF, PF } from './scene.ts';

describe('a whole physical function', () => {
  it('is added with locked memory in one reconfiguration and one power-off', async () => {
    const made = scene({ vm: { powerState: 'poweredOn' } });
    attach(made);
    await made.settle();
    expect(made.verdict()).toBe('Ready=True Succeeded');
    expect(made.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(made.vm()).toMatchObject({
      powerState: 'poweredOn',
      memoryLockedToMax: true,
      passthrough: [{ key: 13000, physicalFunction: PF }],
      sriovCards: [],
    });
    expect(made.object().status).toMatchObject({
      device: { kind: 'Physical', key: 13000, physicalFunction: PF },
      progress: `Physical function ${PF} is the VM’s as a whole.`,
    });
    expect(made.object().status?.device?.macAddress).toBeUndefined();
    expect(made.condition('HostReady')?.message).toBe(`Physical function ${PF} is passed through.`);
    expect(made.condition('Attached')?.message).toBe(`Physical function ${PF} (device 13000) is as declared.`);
    const writes = [made.cluster.writes, made.vsphere.writes.length];
    await made.settle(5);
    expect([made.cluster.writes, made.vsphere.writes.length]).toEqual(writes);
  });

  it('shares one power-off with an SR-IOV card of the same VM', async () => {
    const made = scene({ vm: { powerState: 'poweredOn' } });
    attach(made);
    made.attach('b', { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } });
    await made.settle();
    expect([made.verdict('Ready', 'a'), made.verdict('Ready', 'b')]).toEqual(['Ready=True Succeeded', 'Ready=True Succeeded']);
    expect(made.vsphere.writes.filter((what) => what === 'powerOff vm-1')).toHaveLength(1);
    expect(made.vm().passthrough).toHaveLength(1);
    expect(made.vm().sriovCards).toHaveLength(1);
  });

  it('waits for the power of the VM as every other change does', async () => {
    const made = scene({ vm: { powerState: 'poweredOn' } });
    attach(made, 'a', { powerPolicy: { ...WHOLE.powerPolicy, powerOff: 'Never' } });
    await made.settle();
    expect(made.verdict()).toBe('Ready=False PowerOffNotAllowed');
    expect(made.vsphere.writes).toEqual([]);
  });

  it('is added again when somebody takes it out', async () => {
    const made = scene();
    attach(made);
    await made.settle();
    made.vsphere.edit('vm-1', (vm) => {
      vm.passthrough = [];
      vm.passthroughDevices = 0;
    });
    await made.look();
    await made.settle();
    expect(made.verdict()).toBe('Ready=True Succeeded');
    expect(made.vm().passthrough).toHaveLength(1);
  });

  it('follows the port when its PCI address moved', async () => {
    const made = scene();
    attach(made);
    await made.settle();
    const moved = '0000:5e:00.0';
    const host = made.vsphere.hosts.get('host-1');
    const [first] = host?.physicalFunctions ?? [];
    if (host === undefined || first === undefined) throw new Error('the scene has no host');
    made.vsphere.hosts.set('host-1', { ...host, physicalFunctions: [{ ...first, id: moved }] });
    report(made, { pciAddress: moved });
    await made.settle();
    expect(made.vm().passthrough).toEqual([expect.objectContaining({ physicalFunction: moved })]);
    expect(made.verdict()).toBe('Ready=True Succeeded');
  });
});

describe('until the host passes it through', () => {
  const waiting = [
    { why: 'the host has not looked at the request', entry: 'none' as const, says: 'has not taken up the request yet' },
    {
      why: 'the host waits for an approval',
      entry: { active: false, configured: false },
      says: 'the host says ApprovalRequired (plan abc, restarts: 1)',
    },
    { why: 'vSphere does not show it yet', entry: {}, active: false, says: 'no active passthrough' },
  ];
  it.each(waiting)('nothing happens to the VM: $why', async ({ entry, active, says }) => {
    const made = scene({ vm: { powerState: 'poweredOn' }, entry, active: active ?? true });
    const host = made.cluster.hosts.get('lab/esx-01') ?? hostObject();
    const conditions = [
      { type: 'Ready', status: 'False' as const, reason: 'ApprovalRequired', message: 'approve it', lastTransitionTime: '' },
    ];
    const plan = { hash: 'abc', steps: [], restarts: 1 };
    made.cluster.put('SriovHost', { ...host, status: { ...host.status, conditions, plan } });
    attach(made);
    await made.settle();
    expect(made.verdict()).toBe('Ready=False PassthroughPending');
    expect(made.condition('Ready')?.message).toContain(says);
    expect([made.vsphere.writes, made.condition('Stalled')?.status]).toEqual([[], 'False']);
  });

  it.each(['PassthroughConflictsWithVfs', 'PassthroughUplinkInUse', 'PassthroughUnsupported', 'PassthroughNotCapable'])(
    'what keeps the host from it is told by its name: %s',
    async (reason) => {
      const made = scene({ entry: { active: false, configured: false, problem: { reason, message: 'for this reason' } } });
      attach(made);
      await made.settle();
      expect(made.verdict()).toBe(`Ready=False ${reason}`);
      expect(made.condition('HostReady')?.message).toContain('for this reason');
    },
  );

  it.each([
    { why: 'without the owner’s word', opening: { from: 'All' }, verdict: 'Ready=False PhysicalFunctionNotAllowed' },
    { why: 'with it', opening: { from: 'All', physicalFunctions: 'AsFrom' }, verdict: 'Ready=True Succeeded' },
  ] as const)('another namespace, $why', async ({ opening, verdict }) => {
    const made = scene();
    const host = made.cluster.hosts.get('lab/esx-01') ?? hostObject();
    made.cluster.objects.SriovHost.clear();
    made.cluster.put('SriovHost', {
      ...host,
      metadata: { ...host.metadata, namespace: 'fleet' },
      spec: { ...host.spec, attachments: opening },
    });
    made.cluster.secrets.set('fleet/vcenter', { resourceVersion: '1', data: { username: 'operator', password: 'right' } });
    attach(made, 'a', { hostRef: { name: 'esx-01', namespace: 'fleet' } });
    await made.settle();
    expect(made.verdict()).toBe(verdict);
  });
});

describe('one VM can have it', () => {
  it('the attachment that came first gets it, and the other is told who', async () => {
    const made = scene();
    made.vsphere.addVm({ moRef: 'vm-2', name: 'sm-2', hostMoRef: 'host-1' });
    attach(made, 'b', { vm: { name: 'sm-2' } }, { creationTimestamp: '2026-01-02T00:00:00Z' });
    attach(made);
    await made.settle();
    expect([made.verdict('Ready', 'a'), made.verdict('Ready', 'b')]).toEqual(['Ready=True Succeeded', 'Ready=False PhysicalFunctionTaken']);
    expect(made.condition('Ready', 'b')?.message).toContain('attachment lab/a');
    made.delete('a');
    await made.settle();
    expect(made.verdict('Ready', 'b')).toBe('Ready=True Succeeded');
  });

  it('a device that somebody else added counts, also in a VM that is off', async () => {
    const made = scene();
    const passthrough = [{ key: 13000, label: 'PCI device 0', physicalFunction: PF }];
    made.vsphere.addVm({ moRef: 'vm-2', name: 'gpu', hostMoRef: 'host-1', passthrough, passthroughDevices: 1 });
    attach(made);
    await made.settle();
    expect(made.verdict()).toBe('Ready=False PhysicalFunctionTaken');
    expect(made.condition('Ready')?.message).toContain('VM gpu');
  });

  it('a virtual function of a port that is passed through does not exist, and that is said', async () => {
    const made = scene();
    made.attach('b');
    await made.settle();
    expect(made.verdict('Ready', 'b')).toBe('Ready=False PhysicalFunctionPassedThrough');
    expect(made.vsphere.writes).toEqual([]);
  });

  it('takes no virtual function from anybody', async () => {
    const made = scene({ presentVfs: 1 });
    attach(made, 'a', { function: { ...FUNCTION, port: 2 } });
    made.attach('b', { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } }, { creationTimestamp: '2026-01-02T00:00:00Z' });
    await made.settle();
    expect(made.verdict('Ready', 'b')).toBe('Ready=True Succeeded');
  });
});

describe('before anything happens to the VM', () => {
  it.each([
    { why: 'a snapshot', vm: { hasSnapshot: true }, verdict: 'Ready=False VmHasSnapshot' },
    { why: 'virtual hardware without such devices', vm: { hardwareVersion: 'vmx-4' }, verdict: 'Ready=False HardwareVersionTooOld' },
    {
      why: 'six devices on old virtual hardware',
      vm: { hardwareVersion: 'vmx-10', passthroughDevices: 6 },
      verdict: 'Ready=False TooManyDevices',
    },
    {
      why: 'ten network cards, which it is none of',
      vm: { otherMacAddresses: Array.from({ length: 10 }, (_, index) => `00:50:56:00:00:0${index}`) },
      verdict: 'Ready=True Succeeded',
    },
  ])('its limits are checked: $why', async ({ vm, verdict }) => {
    const made = scene({ vm });
    attach(made);
    await made.settle();
    expect(made.verdict()).toBe(verdict);
  });
});

describe('deletion', () => {
  it('takes the device out and restores the memory', async () => {
    const made = scene({ vm: { powerState: 'poweredOn', memoryReservationMB: 512 } });
    attach(made);
    await made.settle();
    made.delete('a');
    await made.settle();
    expect(made.find()).toBeUndefined();
    expect(made.vm()).toMatchObject({ passthrough: [], memoryLockedToMax: false, memoryReservationMB: 512, powerState: 'poweredOn' });
    expect(made.cluster.events.map(({ note }) => note)).toContain(`The physical function ${PF} is out of VM db-01.`);
  });

  it.each([
    { why: 'an SR-IOV card', vm: { sriovCards: [fakeCard(4000, { physicalFunction: OTHER_PF, macAddress: MAC })] } },
    {
      why: 'another passthrough device',
      vm: { passthroughDevices: 1, passthrough: [{ key: 13001, label: '', physicalFunction: '0000:86:00.0' }] },
    },
  ])('leaves the memory locked while $why needs it', async ({ vm }) => {
    const made = scene({ vm });
    attach(made);
    await made.settle();
    expect(made.verdict()).toBe('Ready=True Succeeded');
    made.delete('a');
    await made.settle();
    expect(made.find()).toBeUndefined();
    expect(made.vm()).toMatchObject({ memoryLockedToMax: true, passthrough: vm.passthrough ?? [] });
  });

  it('leaves everything with Retain', async () => {
    const made = scene();
    attach(made, 'a', { deletionPolicy: 'Retain' });
    await made.settle();
    made.delete('a');
    await made.settle();
    expect(made.find()).toBeUndefined();
    expect(made.vm().passthrough).toHaveLength(1);
  });
});
