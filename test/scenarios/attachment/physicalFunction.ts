/** A whole physical function for a VM, from the request to the device, with what the host does for it. */
import { connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import type { SimVm } from '../../simulator/world/vm.ts';
import { attachmentManifest, MFT, namespaceManifest } from '../../support/lab/manifests.ts';
import { FABRIC0 } from '../host/ethernet.ts';
import { retry } from '../runbooks/drill.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { PF, reach, ready, remove, says, statusOf, untouched, vmOf, world } from './parts.ts';

const whole = { function: { kind: 'Physical', adapter: 'fabric0', port: 1 }, network: undefined };
const poweredOn = { ...whole, powerPolicy: { powerOn: true } };
/** Port 1 for a VM as a whole, four virtual functions on port 2. */
const adapters = [
  {
    ...FABRIC0,
    ports: [
      { number: 1, vfs: 0 },
      { number: 2, vfs: 4 },
    ],
  },
];
const spec = { adapters };
/** At the goal but for the passthrough. */
const ethernet = { ...world, moduleOptions: 'max_vfs=0,4' };
const given = { ...world, moduleOptions: 'max_vfs=4', passthrough: [PF] };
const basis = { kind: 'attachment', world: ethernet, spec, vms: [{ name: 'sm' }] } as const;

function has(vm: SimVm, address = PF): void {
  const devices = vm.devices.filter((device) => device.kind === 'Passthrough');
  if (devices.map(({ backing }) => backing.id).join() !== address) throw new Error(`VM ${vm.name} has ${JSON.stringify(devices)}`);
  if (!vm.memoryLockedToMax) throw new Error('the memory is not locked');
}

function runs(vm: SimVm): void {
  if (vm.powerState !== 'poweredOn') throw new Error(`VM ${vm.name} is ${vm.powerState}`);
}

function passedThrough({ host }: Stage, wanted: boolean): void {
  const active = host.world.passthrough.active(PF);
  if (active !== wanted) throw new Error(`passthrough of ${PF} is ${active}`);
  const vfs = host.world.physicalFunctions.map(({ virtualFunctions }) => virtualFunctions.length).join();
  if (wanted && vfs !== '0,4') throw new Error(`virtual functions are ${vfs}`);
}

/** Asks from a namespace of its own. */
async function askFromNeighbour({ lab, namespace, host }: Stage): Promise<void> {
  const tenant = `${namespace}-tenant`;
  const hostRef = { name: host.world.name, namespace };
  await lab.apply(
    namespaceManifest(tenant),
    attachmentManifest({ namespace: tenant, name: 'sm', host: host.world.name, spec: { ...whole, hostRef } }),
  );
}

/** The host only looks, and the attachment knows what it would do. */
async function held({ lab, namespace }: Stage, name: string): Promise<void> {
  const only = ({ type, reason }: { readonly type: string; readonly reason: string }) =>
    type === 'Reconciling' && reason === 'HostObserveOnly';
  const key = `${namespace}/${name}`;
  await lab.observer.until('SriovVmAttachment', key, (object) => object?.status?.conditions?.some(only) === true, { what: 'being held' });
}

async function nudgeHost({ lab, namespace, host }: Stage): Promise<void> {
  const annotation = `example.com/look=${process.hrtime.bigint()}`;
  await lab.api.kubectl(['annotate', '--overwrite', 'sriovhost', host.world.name, annotation, '-n', namespace]);
}

async function approve(stage: Stage): Promise<void> {
  await stage.lab.observer.untilCondition('SriovHost', stage.hostKey, { type: 'Ready', status: 'False', reason: 'ApprovalRequired' });
  await reach(stage, 'PassthroughPending', 'sm');
  await stage.lab.observer.until(
    'SriovVmAttachment',
    `${stage.namespace}/sm`,
    (object) => /ApprovalRequired/.test(object?.status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? ''),
    { what: 'telling that the host waits for an approval' },
  );
  says(stage, /the host says ApprovalRequired \(plan [0-9a-f]{12}, restarts: 1\)/, 'sm');
  const hash = stage.lab.observer.get('SriovHost', stage.hostKey)?.status?.plan?.hash ?? '';
  await stage.applyHost({}, { 'sriov.esxi.io/approve': hash });
}

export const PHYSICAL_FUNCTION: readonly Scenario[] = [
  {
    ...basis,
    name: 'pf-bare-host',
    why: 'a bare InfiniBand host gives one port to a VM and has virtual functions on the other, with the two restarts that it takes anyway',
    world: { profile: { esxi: '7.0u3', tools: 'bare' }, adapters: [{ model: connectX6Vpi }] },
    spec: { adapters: [{ ...FABRIC0, ports: adapters[0]?.ports.map((port) => ({ ...port, linkType: 'InfiniBand' })) }], software: MFT },
    attachments: { sm: poweredOn },
    expect: { ready: true, restarts: 2, attachments: { sm: 'Succeeded' } },
    verify: (stage) => {
      passedThrough(stage, true);
      has(vmOf(stage));
      runs(vmOf(stage));
      const { device } = statusOf(stage, 'sm');
      if (device?.kind !== 'Physical' || device.physicalFunction !== PF) throw new Error(`status.device is ${JSON.stringify(device)}`);
    },
  },
  {
    ...basis,
    name: 'pf-approval',
    why: 'the restart that an attachment asks for waits for the approval of the host’s plan, and the attachment says so',
    spec: { adapters, disruption: { approval: 'Required' } },
    attachments: { sm: whole },
    play: approve,
    expect: { ready: true, restarts: 1, attachments: { sm: 'Succeeded' } },
    verify: (stage) => has(vmOf(stage)),
  },
  {
    ...basis,
    name: 'pf-declares-vfs',
    why: 'a port that declares virtual functions is not given away: nothing happens to host and VM',
    world,
    spec: { adapters: [FABRIC0] },
    attachments: { sm: whole },
    expect: { ...ready, attachments: { sm: 'PassthroughConflictsWithVfs' } },
    verify: (stage) => {
      passedThrough(stage, false);
      untouched(vmOf(stage));
    },
    remedy: async (stage) => await stage.applyHost({ adapters }),
  },
  {
    ...basis,
    name: 'pf-uplink-in-use',
    why: 'a port whose uplink a virtual switch uses is not given away; once it is taken out of the switch, it goes on',
    world: { ...ethernet, vswitches: { vSwitch1: ['vmnic2'] } },
    attachments: { sm: whole },
    play: async (stage) => {
      await reach(stage, 'PassthroughUplinkInUse', 'sm');
      says(stage, /uplink vmnic2 of virtual switch vSwitch1/, 'sm');
      untouched(vmOf(stage));
      stage.host.world.vswitches = {};
      await nudgeHost(stage);
      await reach(stage, 'Succeeded', 'sm');
    },
    expect: { ready: true, restarts: 1, attachments: { sm: 'Succeeded' } },
    verify: (stage) => has(vmOf(stage)),
  },
  {
    ...basis,
    name: 'pf-lost-in-every-boot',
    why: 'ESXi forgets the passthrough in every boot: one restart, and then a person is asked',
    world: { ...ethernet, misbehaviour: [{ kind: 'passthroughOffAfterBoot' }] },
    attachments: { sm: whole },
    expect: { ready: false, reason: 'PassthroughNotActive', restarts: 1, attachments: { sm: 'PassthroughPending' } },
    verify: (stage) => untouched(vmOf(stage)),
    remedy: async (stage) => {
      stage.host.world.misbehaviours.remove('passthroughOffAfterBoot');
      await retry(stage);
    },
  },
  {
    ...basis,
    name: 'pf-of-neighbour',
    why: 'another namespace that may have virtual functions may not have the host restarted for a whole port',
    spec: { adapters, attachments: { from: 'All' } },
    play: askFromNeighbour,
    expect: { ...ready, attachments: { 'pf-of-neighbour-tenant/sm': 'PhysicalFunctionNotAllowed' } },
    verify: (stage) => passedThrough(stage, false),
    remedy: async (stage) => await stage.applyHost({ attachments: { from: 'All', physicalFunctions: 'AsFrom' } }),
  },
  {
    ...basis,
    name: 'pf-of-neighbour-allowed',
    why: 'unless the owner of the host says so; here the port is passed through already',
    world: given,
    spec: { adapters, attachments: { from: 'All', physicalFunctions: 'AsFrom' } },
    play: askFromNeighbour,
    expect: { ...ready, attachments: { 'pf-of-neighbour-allowed-tenant/sm': 'Succeeded' } },
    verify: (stage) => has(vmOf(stage)),
  },
  {
    ...basis,
    name: 'pf-with-vf',
    why: 'a VM gets a whole port and a virtual function of the other one in one power-off',
    world: given,
    vms: [{ name: 'sm', powerState: 'poweredOn' }],
    attachments: {
      sm: { ...whole, powerPolicy: { powerOff: 'GuestShutdownThenPowerOff' } },
      vf: {
        vm: { name: 'sm' },
        function: { adapter: 'fabric0', port: 2 },
        powerPolicy: { powerOff: 'GuestShutdownThenPowerOff' },
      },
    },
    // Both are there before either of them may begin.
    spec: { adapters, mode: 'Observe' },
    play: async (stage) => {
      for (const name of ['sm', 'vf']) await held(stage, name);
      await stage.applyHost({ mode: 'Enforce' });
    },
    expect: { ...ready, attachments: { sm: 'Succeeded', vf: 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      has(vmOf(stage));
      runs(vmOf(stage));
    },
  },
  {
    ...basis,
    name: 'pf-taken',
    why: 'a second VM does not get the same port, and is told who has it; a virtual function of it does not exist',
    world: given,
    vms: [{ name: 'sm' }, { name: 'sm-2' }],
    attachments: { sm: whole },
    play: async (stage) => {
      await reach(stage, 'Succeeded', 'sm');
      await stage.applyAttachment('sm-2', whole);
      await stage.applyAttachment('vf', { vm: { name: 'sm-2' } });
    },
    expect: { ...ready, attachments: { sm: 'Succeeded', 'sm-2': 'PhysicalFunctionTaken', vf: 'PhysicalFunctionPassedThrough' } },
    verify: (stage) => {
      says(stage, /attachment pf-taken\/sm|VM sm/, 'sm-2');
      untouched(vmOf(stage, 1));
    },
  },
  {
    ...basis,
    name: 'pf-removal',
    why: 'deletion takes the device out and restores the memory; the host keeps the passthrough and says so',
    attachments: { sm: whole },
    play: async (stage) => {
      await reach(stage, 'Succeeded', 'sm');
      has(vmOf(stage));
      await remove(stage, 'sm');
      await stage.lab.observer.until('SriovHost', stage.hostKey, (object) => object?.status?.passthrough?.[0]?.requestedBy.length === 0, {
        what: 'nobody asking any more',
      });
    },
    expect: { ready: true, restarts: 1 },
    verify: (stage) => {
      const vm = vmOf(stage);
      if (vm.devices.some(({ kind }) => kind === 'Passthrough') || vm.memoryLockedToMax) throw new Error('the VM is not as it was');
      passedThrough(stage, true);
    },
  },
];
