/** What becomes of the VMs on a host that has to restart, for each value of spec.disruption.runningVms. */
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import type { SimVm } from '../../simulator/world/vm.ts';
import type { VmDevice } from '../../simulator/world/vmDevices.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { FABRIC0 } from './ethernet.ts';

const world = { profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: connectX5En }] } as const;
const specWith = (runningVms: string) => ({ adapters: [FABRIC0], disruption: { runningVms } });
const NO_BACKING = { deviceName: '', deviceId: '0', systemId: 'BYPASS', vendorId: 0 };
const SRIOV_CARD: VmDevice = {
  kind: 'Sriov',
  key: 4010,
  label: 'SR-IOV network adapter 1',
  controllerKey: 100,
  unitNumber: 45,
  network: { kind: 'Standard', portGroup: 'VM Network' },
  macAddress: '00:50:56:3f:0e:01',
  addressType: 'manual',
  allowGuestOsMtuChange: false,
  physicalFunction: { ...NO_BACKING, id: '0000:3b:00.0' },
  automatic: false,
  hint: undefined,
  virtualFunction: undefined,
};
const running = (name: string) => ({ name, powerState: 'poweredOn' }) as const;

export const VMS: readonly Scenario[] = [
  {
    name: 'power-off-and-restore',
    kind: 'host',
    why: 'guests are shut down, the host restarts once, and exactly the VMs that ran run again',
    world,
    spec: specWith('PowerOff'),
    vms: [running('db-01'), running('web-01'), { name: 'spare-01' }],
    expect: { ready: true, restarts: 1, vmPowerOffs: 2 },
    verify: (stage) => {
      expectStates(stage, 'poweredOn,poweredOn,poweredOff');
      if (stage.vms.some(({ counters }) => counters.powerOffs > 0)) throw new Error('a guest with VMware Tools lost its power');
      const { status } = hostOf(stage);
      if (status?.poweredOffVms !== undefined) throw new Error('the status still owes VMs their power');
      const steps = (status?.journal ?? []).map(({ action }) => action).filter((action) => /Vm/.test(action));
      if (steps.join() !== 'ShutDownVm,ShutDownVm,PowerOnVms') throw new Error(`the journal tells of ${steps.join()}`);
    },
  },
  {
    name: 'power-off-policy-never-blocks',
    kind: 'host',
    why: 'the powerPolicy of an attachment wins over the host: its VM is not shut down, and so no other is either',
    world,
    spec: specWith('PowerOff'),
    vms: [running('db-01'), running('web-01')],
    // Seen by the operator before it looks at the host for the first time.
    prepare: async ({ lab, namespace, applyAttachment }) => {
      await applyAttachment('db-01');
      const waiting = { type: 'Ready', status: 'False', reason: 'HostNotFound' } as const;
      await lab.observer.untilCondition('SriovVmAttachment', `${namespace}/db-01`, waiting);
    },
    expect: { ready: false, reason: 'EvacuationBlocked', message: /db-01 .*SriovVmAttachment .*\/db-01 is Never/, restarts: 0 },
    verify: (stage) => expectStates(stage, 'poweredOn,poweredOn'),
    remedy: ({ lab, vms }) => {
      for (const vm of vms) lab.vsphere.inventory.power.off(vm);
    },
  },
  {
    name: 'tools-missing-then-power-off',
    kind: 'host',
    why: 'a VM without VMware Tools cannot be asked: it is powered off, and powered on again',
    world,
    spec: specWith('PowerOff'),
    vms: [{ ...running('db-01'), toolsInstalled: false }],
    expect: { ready: true, restarts: 1, vmPowerOffs: 1 },
    verify: (stage) => expectStates(stage, 'poweredOn'),
  },
  {
    name: 'evacuate',
    kind: 'host',
    why: 'on a vCenter DRS moves the VMs to the other host of the cluster, and nothing is powered off',
    world,
    vcenter: true,
    otherHosts: [world],
    spec: specWith('Evacuate'),
    vms: [running('db-01'), running('web-01')],
    prepare: formCluster,
    expect: { ready: true, restarts: 1, vmPowerOffs: 0 },
    verify: (stage) => {
      expectStates(stage, 'poweredOn,poweredOn');
      if (stage.vms.some(({ counters }) => counters.migrations !== 1)) throw new Error('not every VM was moved once');
      if (hostOf(stage).status?.maintenance !== undefined) throw new Error('maintenance mode is still ours');
    },
  },
  {
    name: 'evacuate-blocked-by-sriov-vm',
    kind: 'host',
    why: 'vMotion cannot move a VM with a virtual function: the host says so before it moves or stops anything',
    world,
    vcenter: true,
    otherHosts: [world],
    spec: specWith('Evacuate'),
    vms: [running('db-01'), running('web-01')],
    prepare: (stage) => {
      formCluster(stage);
      const [vm] = stage.vms as readonly [SimVm];
      stage.lab.vsphere.inventory.editVm(vm, (edited) => {
        edited.devices = [...edited.devices, SRIOV_CARD];
      });
    },
    expect: { ready: false, reason: 'EvacuationBlocked', message: /db-01 has an SR-IOV network adapter/, restarts: 0 },
    verify: (stage) => {
      expectStates(stage, 'poweredOn,poweredOn');
      if (stage.vms.some(({ counters }) => counters.migrations > 0)) throw new Error('a VM was moved although the host cannot be emptied');
    },
  },
];

function formCluster({ lab, host, otherHosts }: Stage): void {
  for (const { world: member } of [host, ...otherHosts]) lab.vsphere.inventory.joinCluster(member.id, `cluster-${host.world.name}`);
}

function hostOf({ lab, hostKey }: Stage) {
  const host = lab.observer.get('SriovHost', hostKey);
  if (host === undefined) throw new Error(`SriovHost ${hostKey} is gone`);
  return host;
}

function expectStates({ vms }: Stage, wanted: string): void {
  const states = vms.map(({ powerState }) => powerState).join();
  if (states !== wanted) throw new Error(`the VMs are ${states}, not ${wanted}`);
}
