/** What users get wrong, and what the world lacks: each is named, nothing is written to vSphere, and it goes on once it is put right. */
import { describe, expect, it } from '@jest/globals';
import type { SriovVmAttachmentSpec } from '../../../operator/api/types.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { fakeCard, standardNetwork } from '../../support/fakes/vsphere.ts';
import { hostObject, INTERVALS, MAC, PF, Scene } from './scene.ts';

interface Case {
  readonly why: string;
  readonly spec?: Partial<Omit<SriovVmAttachmentSpec, 'powerPolicy'>>;
  readonly break: (scene: Scene) => void;
  readonly mend: (scene: Scene) => void;
  /** Condition and reason. */
  readonly says: string;
  /** Part of the message. */
  readonly names: string;
}

const CASES: readonly Case[] = [
  {
    why: 'no VM has the name: a typing error, or it is not deployed yet',
    break: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { name: 'db-1' })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { name: 'db-01' })),
    says: 'VmFound=False VmNotFound',
    names: 'name db-01',
  },
  {
    why: 'two VMs have the name, in different folders',
    break: (scene) => scene.vsphere.addVm({ moRef: 'vm-2', name: 'db-01', hostMoRef: 'host-1', inventoryPath: '/dc/vm/other/db-01' }),
    mend: (scene) => scene.vsphere.vms.delete('vm-2'),
    says: 'VmFound=False VmAmbiguous',
    names: '/dc/vm/db-01, /dc/vm/other/db-01',
  },
  {
    why: 'the VM is on another host, which has other virtual functions',
    break: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { hostMoRef: 'host-2' })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { hostMoRef: 'host-1' })),
    says: 'VmFound=False VmOnOtherHost',
    names: 'esx-01.example.com',
  },
  {
    why: 'the VM is a template, which never runs',
    break: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { template: true })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { template: false })),
    says: 'VmFound=False VmIsTemplate',
    names: 'db-01 is a template',
  },
  {
    why: 'the VM is orphaned, so what vSphere shows of it is old',
    break: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { connectionState: 'orphaned' })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { connectionState: 'connected' })),
    says: 'VmFound=False VmNotConnected',
    names: 'orphaned',
  },
  {
    why: 'the VM is suspended and can be neither reconfigured nor powered off',
    break: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { powerState: 'suspended' })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { powerState: 'poweredOff' })),
    says: 'VmFound=False VmSuspended',
    names: 'suspended',
  },
  {
    why: 'the VM waits for an answer, which blocks its power',
    break: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { question: 'Did you move or copy it?' })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { question: undefined })),
    says: 'VmFound=False VmHasQuestion',
    names: 'Did you move or copy it?',
  },
  {
    why: 'the VM has a snapshot, which goes not together with SR-IOV',
    break: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { hasSnapshot: true })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { hasSnapshot: false })),
    says: 'VmFound=False VmHasSnapshot',
    names: 'snapshots',
  },
  {
    why: 'the virtual hardware is older than the SR-IOV card',
    break: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { hardwareVersion: 'vmx-09' })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { hardwareVersion: 'vmx-10' })),
    says: 'VmFound=False HardwareVersionTooOld',
    names: 'vmx-09',
  },
  {
    why: 'the port group is not on the host; upper and lower case count',
    spec: { network: { portGroup: 'Fabric' } },
    break: () => undefined,
    mend: (scene) => scene.vsphere.networks.set('host-1', [standardNetwork('Fabric')]),
    says: 'Attached=False PortGroupNotFound',
    names: 'There is one named fabric',
  },
  {
    why: 'another VM already has the MAC address on an ordinary card',
    break: (scene) => scene.vsphere.addVm({ moRef: 'vm-2', name: 'web', hostMoRef: 'host-1', otherMacAddresses: [MAC.toUpperCase()] }),
    mend: (scene) => scene.vsphere.vms.delete('vm-2'),
    says: 'Attached=False MacAddressInUse',
    names: 'VM web',
  },
  {
    why: 'somebody put a card with this MAC address into the VM by hand: it is not ours to take over',
    break: (scene) =>
      scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { sriovCards: [fakeCard(4000, { macAddress: MAC, physicalFunction: PF })] })),
    mend: (scene) => scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { sriovCards: [] })),
    says: 'Attached=False MacAddressInUse',
    names: 'VM db-01',
  },
  {
    why: 'every virtual function is taken by cards that nobody declared, running or not',
    break: (scene) => {
      const sriovCards = Array.from({ length: 8 }, (_, index) => fakeCard(4000 + index, { physicalFunction: PF }));
      scene.vsphere.addVm({ moRef: 'vm-2', name: 'hog', hostMoRef: 'host-1', sriovCards });
    },
    mend: (scene) => scene.vsphere.vms.delete('vm-2'),
    says: 'HostReady=False NoFreeVirtualFunction',
    names: 'VM hog',
  },
  {
    why: 'the SriovHost does not exist yet',
    break: (scene) => scene.cluster.objects.SriovHost.clear(),
    mend: (scene) => scene.cluster.put('SriovHost', hostObject()),
    says: 'HostReady=False HostNotFound',
    names: 'lab/esx-01',
  },
  {
    why: 'the SriovHost is still being set up',
    break: (scene) => scene.cluster.put('SriovHost', hostObject({}, 0)),
    mend: (scene) => scene.cluster.put('SriovHost', hostObject()),
    says: 'HostReady=False HostNotReady',
    names: 'port 1 of adapter fabric0',
  },
  {
    why: 'the adapter is not in the SriovHost',
    break: (scene) =>
      scene.cluster.put('SriovHost', hostObject({ adapters: [{ name: 'storage', selector: {}, ports: [{ number: 1, vfs: 8 }] }] })),
    mend: (scene) => scene.cluster.put('SriovHost', hostObject()),
    says: 'HostReady=False AdapterNotDeclared',
    names: 'declares: storage',
  },
  {
    why: 'the port is not in the SriovHost',
    break: (scene) =>
      scene.cluster.put('SriovHost', hostObject({ adapters: [{ name: 'fabric0', selector: {}, ports: [{ number: 2, vfs: 8 }] }] })),
    mend: (scene) => scene.cluster.put('SriovHost', hostObject()),
    says: 'HostReady=False PortNotDeclared',
    names: 'declares: 2',
  },
  {
    why: 'the vCenter lists the host under another name',
    break: (scene) => setHost(scene, { name: 'esx-01.internal', ipAddresses: ['192.0.2.99'] }),
    mend: (scene) => setHost(scene, { ipAddresses: ['esx-01.EXAMPLE.com'] }),
    says: 'HostReady=False VsphereHostNotFound',
    names: 'no host with the address esx-01.example.com',
  },
  {
    why: 'the host is in maintenance mode, where the VM could not be powered on again',
    break: (scene) => setHost(scene, { inMaintenanceMode: true }),
    mend: (scene) => setHost(scene, { inMaintenanceMode: false }),
    says: 'HostReady=False HostInMaintenance',
    names: 'maintenance mode',
  },
  {
    why: 'vSphere shows no virtual functions although the SriovHost reports them',
    break: (scene) => setHost(scene, { physicalFunctions: [] }),
    mend: (scene) => setHost(scene, { physicalFunctions: new Scene().vsphere.hosts.get('host-1')?.physicalFunctions ?? [] }),
    says: 'HostReady=False VirtualFunctionsNotActive',
    names: PF,
  },
  {
    why: 'the PCI address now belongs to another port than the one that was declared',
    break: (scene) => setHost(scene, { physicalFunctions: moved(scene, 'b8:59:9f:00:00:99') }),
    mend: (scene) => setHost(scene, { physicalFunctions: moved(scene, 'B8:59:9F:00:00:01') }),
    says: 'HostReady=False HostNotReady',
    names: 'PCI addresses have moved',
  },
  {
    why: 'the Secret is missing',
    break: (scene) => scene.cluster.secrets.clear(),
    mend: (scene) => setSecret(scene, { username: 'operator', password: 'right' }),
    says: 'HostReady=False SecretNotFound',
    names: 'Secret lab/vcenter',
  },
  {
    why: 'the Secret has no password',
    break: (scene) => setSecret(scene, { username: 'operator' }),
    mend: (scene) => setSecret(scene, { username: 'operator', password: 'right' }),
    says: 'HostReady=False SecretKeyMissing',
    names: 'password',
  },
];

type Host = NonNullable<ReturnType<Scene['vsphere']['hosts']['get']>>;

function setHost(scene: Scene, change: Partial<Host>): void {
  const host = scene.vsphere.hosts.get('host-1');
  if (host !== undefined) scene.vsphere.hosts.set('host-1', { ...host, ...change });
}

function moved(scene: Scene, macAddress: string): Host['physicalFunctions'] {
  return (scene.vsphere.hosts.get('host-1')?.physicalFunctions ?? []).map((fn) => (fn.id === PF ? { ...fn, macAddress } : fn));
}

function setSecret(scene: Scene, data: Readonly<Record<string, string>>): void {
  const resourceVersion = `${scene.cluster.secrets.get('lab/vcenter')?.resourceVersion ?? 'first'}+`;
  scene.cluster.secrets.set('lab/vcenter', { resourceVersion, data });
}

describe('bad input', () => {
  it.each(CASES)('is named and waited for: $why', async (row) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    row.break(scene);
    scene.attach('a', row.spec);
    const looked = await scene.look();
    const [type = ''] = row.says.split('=');
    expect(scene.verdict(type)).toBe(row.says);
    expect(scene.condition(type)?.message).toContain(row.names);
    expect(scene.condition('Ready')?.reason).toBe(scene.condition(type)?.reason);
    expect(scene.verdict('Stalled')).toBe('Stalled=False NotStalled');
    expect(looked).toEqual({ kind: 'requeueAfter', ms: INTERVALS.waitingMs });
    expect(scene.vsphere.writes).toEqual([]);
    row.mend(scene);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('does not reach a host of another namespace that is not open to this one', async () => {
    const scene = new Scene();
    const host = hostObject();
    scene.cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, namespace: 'infra' } });
    scene.cluster.secrets.set('infra/vcenter', { resourceVersion: '1', data: { username: 'operator', password: 'right' } });
    scene.attach('a', { hostRef: { name: 'esx-01', namespace: 'infra' } });
    await scene.look();
    expect(scene.verdict('HostReady')).toBe('HostReady=False HostNotAllowed');
    expect(scene.vsphere.reads).toEqual([]);
    scene.cluster.put('SriovHost', {
      ...host,
      metadata: { ...host.metadata, namespace: 'infra' },
      spec: { ...host.spec, attachments: { from: 'All' } },
    });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('tries a wrong password once, for all attachments together, until the Secret changes', async () => {
    const scene = new Scene();
    setSecret(scene, { username: 'operator', password: 'wrong' });
    scene.attach('a');
    scene.attach('b', { macAddress: '00:50:56:3f:00:02' });
    for (let round = 0; round < 5; round += 1) for (const name of ['a', 'b']) await scene.look(name);
    expect(scene.vsphere.rejectedLogins).toBe(1);
    expect(scene.verdict('Stalled')).toBe('Stalled=True VsphereCredentialsRejected');
    expect(await scene.look()).toMatchObject({ name: 'TerminalError' });
    setSecret(scene, { username: 'operator', password: 'right' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('tries the same password once more when a retry is asked for', async () => {
    const scene = new Scene();
    scene.vsphere.password = 'changed on the server';
    scene.attach();
    await scene.look();
    scene.vsphere.password = 'right';
    await scene.look();
    expect(scene.verdict('Stalled')).toBe('Stalled=True VsphereCredentialsRejected');
    scene.annotate('a', { 'sriov.esxi.io/retry': '1' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.object().status?.acknowledged).toEqual({ retry: '1' });
  });

  it('backs off while the server does not answer, and says so without forgetting what was attached', async () => {
    const scene = new Scene();
    scene.attach();
    await scene.settle();
    const { device } = scene.object().status ?? {};
    scene.vsphere.unreachable = true;
    expect(await scene.look()).toBeInstanceOf(PortError);
    expect(scene.verdict()).toBe('Ready=Unknown VsphereUnreachable');
    expect(scene.object().status?.device).toEqual(device);
    scene.vsphere.unreachable = false;
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});
