/** Runbooks of VMs that cannot take a card: each VM has an obstacle, somebody takes it away, and the attachment is Ready. */
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import type { SimVm } from '../../simulator/world/vm.ts';
import { SimFault } from '../../simulator/world/vmFault.ts';
import { annotate, nudge, reach } from '../attachment/parts.ts';
import type { Scenario, ScenarioVm, Stage } from '../scenario.ts';

/** One VM with an attachment of the same name. */
export interface Obstacle {
  readonly reason: string;
  readonly vm?: Partial<ScenarioVm>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly prepare?: (stage: Stage, vm: SimVm) => void;
  readonly remedy: (stage: Stage, vm: SimVm, name: string) => Promise<void> | void;
}

const nameOf = (reason: string): string => reason.replace(/(?<=.)([A-Z])/g, '-$1').toLowerCase();

/** All at once, on one host. The VMs are off unless an obstacle says otherwise. */
export function crowd(
  { vmPowerOffs, ...scenario }: Pick<Scenario, 'name' | 'why' | 'world' | 'spec'> & { readonly vmPowerOffs: number },
  obstacles: readonly Obstacle[],
): Scenario {
  const named = obstacles.map((obstacle) => ({ ...obstacle, name: nameOf(obstacle.reason) }));
  const vmOf = ({ vms }: Stage, name: string): SimVm => {
    const found = vms.find((vm) => vm.name === name);
    if (found === undefined) throw new Error(`the scenario has no VM ${name}`);
    return found;
  };
  return {
    kind: 'attachment',
    vms: named.map(({ name, vm }) => ({ name, ...vm })),
    ...scenario,
    play: async (stage) => {
      for (const { name, prepare } of named) prepare?.(stage, vmOf(stage, name));
      await stage.lab.observer.untilCondition('SriovHost', stage.hostKey, { type: 'Ready', status: 'True' });
      for (const { name, spec } of named) await stage.applyAttachment(name, spec);
      for (const { name, reason } of named) await reach(stage, reason, name);
      for (const { name, remedy } of named) await remedy(stage, vmOf(stage, name), name);
    },
    expect: { ready: true, restarts: 0, attachments: Object.fromEntries(named.map(({ name }) => [name, 'Succeeded'])), vmPowerOffs },
  };
}

const edited =
  (change: (vm: SimVm) => void): Obstacle['remedy'] =>
  async (stage, vm, name) => {
    stage.lab.vsphere.inventory.editVm(vm, change);
    await nudge(stage, name);
  };

/** Deleted and created anew under the same name. */
export async function anew(stage: Stage, name: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
  await stage.lab.remove('sva', stage.namespace, name);
  await stage.lab.observer.until('SriovVmAttachment', `${stage.namespace}/${name}`, (object) => object === undefined, {
    what: 'being gone',
  });
  await stage.applyAttachment(name, spec);
}

const running = { powerState: 'poweredOn' } as const;
const powerOff: Obstacle['remedy'] = ({ lab }, vm) => lab.vsphere.inventory.power.off(vm);

const OBSTACLES: readonly Obstacle[] = [
  {
    reason: 'VmHasSnapshot',
    vm: { hasSnapshot: true },
    remedy: edited((vm) => {
      vm.hasSnapshot = false;
    }),
  },
  {
    reason: 'VmSuspended',
    vm: { powerState: 'suspended' },
    remedy: edited((vm) => {
      vm.powerState = 'poweredOff';
    }),
  },
  {
    reason: 'HardwareVersionTooOld',
    vm: { hardwareVersion: 'vmx-8' },
    remedy: edited((vm) => {
      vm.hardwareVersion = 'vmx-19';
    }),
  },
  {
    reason: 'TooManyDevices',
    vm: { vmxnet3: Array.from({ length: 10 }, () => 'VM Network') },
    remedy: edited((vm) => {
      const unused = vm.devices.find(({ kind }) => kind === 'Vmxnet3');
      vm.devices = vm.devices.filter((device) => device !== unused);
    }),
  },
  {
    reason: 'InsufficientMemory',
    vm: { memoryMB: 600_000 },
    remedy: edited((vm) => {
      vm.memoryMB = 8192;
    }),
  },
  {
    reason: 'VmHasQuestion',
    prepare: (_, vm) => {
      vm.question = 'Did you move it or copy it?';
    },
    remedy: edited((vm) => {
      vm.question = undefined;
    }),
  },
  {
    reason: 'VmIsTemplate',
    vm: { template: true },
    remedy: async (stage, vm, name) => {
      stage.lab.vsphere.inventory.addVm({ name: `${name}-deployed`, hostId: vm.hostId });
      await anew(stage, name, { vm: { name: `${name}-deployed` } });
    },
  },
  {
    reason: 'VmNotFound',
    spec: { vm: { name: 'misspelt' } },
    remedy: async (stage, _, name) => await anew(stage, name, {}),
  },
  { reason: 'HostNotFound', spec: { hostRef: { name: 'no-such-host' } }, remedy: async (stage, _, name) => await anew(stage, name, {}) },
  {
    reason: 'AdapterNotDeclared',
    spec: { function: { adapter: 'fabric9', port: 1 } },
    remedy: async (stage, _, name) => await stage.applyAttachment(name),
  },
  {
    reason: 'PortNotDeclared',
    spec: { function: { adapter: 'fabric0', port: 2 } },
    remedy: async (stage, _, name) => await stage.applyAttachment(name),
  },
  { reason: 'PowerOffNotAllowed', vm: running, remedy: powerOff },
  {
    reason: 'GuestToolsNotRunning',
    vm: { ...running, toolsInstalled: false },
    spec: { powerPolicy: { powerOff: 'GuestShutdown' } },
    remedy: powerOff,
  },
  {
    reason: 'GuestShutdownTimedOut',
    vm: running,
    prepare: (_, vm) => {
      vm.guestShutdown = 'ignored';
    },
    spec: { powerPolicy: { powerOff: 'GuestShutdown', timeoutSeconds: 1 } },
    remedy: powerOff,
  },
  {
    reason: 'PowerOnFailed',
    spec: { powerPolicy: { powerOn: true } },
    prepare: ({ lab: { vsphere } }, vm) => {
      // Until somebody gives it the memory that it lacks, say.
      const refuse = (): void => {
        if (vm.memoryMB === 4096) return;
        vsphere.inventory.hooks.beforeNext('powerOn', refuse, vm);
        throw new SimFault('GenericVmConfigFault', 'something is wrong with this VM');
      };
      vsphere.inventory.hooks.beforeNext('powerOn', refuse, vm);
    },
    remedy: async (stage, vm, name) => {
      vm.memoryMB = 4096;
      await annotate(stage, 'sriov.esxi.io/retry=1', name);
    },
  },
];

export const RUNBOOK_VMS: readonly Scenario[] = [
  crowd(
    {
      name: 'runbook-vms',
      why: 'VMs that cannot take a card, each for a reason of its own: once somebody has done what the runbook tells, each has one',
      world: {
        profile: { esxi: '7.0u3', tools: 'withMft' },
        adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 32 } }],
        moduleOptions: 'max_vfs=32,0',
      },
      // By the hands of people, as three runbooks tell.
      vmPowerOffs: 3,
      spec: { adapters: [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 32 }] }] },
    },
    OBSTACLES,
  ),
];
