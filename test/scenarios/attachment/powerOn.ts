/** VMs that do not power on with their card, or do not stay on: named in the vendor's words, and given their former state back. */
import { powerOnRefused } from '../../simulator/world/vmFault.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { annotate, cardsOf, nudge, reach, ready, running, says, shutDown, spec, vmOf, works, world } from './parts.ts';

function asBefore(stage: Stage): void {
  const vm = vmOf(stage);
  if (vm.powerState !== 'poweredOn') throw new Error(`the VM is ${vm.powerState}`);
  if (cardsOf(vm).length > 0) throw new Error('the card is still in the VM');
  if (vm.memoryLockedToMax || vm.memoryReservationMB > 0) throw new Error('the memory is still reserved');
}

function refusesOnce(stage: Stage, text: string): void {
  const refuse = (): never => {
    throw powerOnRefused(text);
  };
  stage.lab.vsphere.inventory.hooks.beforeNext('powerOn', refuse, vmOf(stage));
}

interface Refusal {
  readonly name: string;
  readonly reason: string;
  readonly text: string;
  readonly why: string;
}

async function takenBack(stage: Stage, reason: string): Promise<void> {
  await reach(stage, reason);
  await stage.lab.observer.until(
    'SriovVmAttachment',
    `${stage.namespace}/db-01`,
    (object) => object?.status?.vm?.powerState === 'poweredOn' && object.status.device === undefined,
    { what: 'the VM having its former state back' },
  );
}

/** Texts as published: KB and advisory numbers are beside the patterns in operator/vsphere/faultTexts.ts. */
function refused({ name, reason, text, why }: Refusal): Scenario {
  return {
    name,
    kind: 'attachment',
    why,
    world,
    spec,
    vms: [running],
    prepare: (stage) => refusesOnce(stage, text),
    attachments: { 'db-01': shutDown },
    play: (stage) => takenBack(stage, reason),
    expect: { ...ready, attachments: { 'db-01': reason }, vmPowerOffs: 1 },
    verify: (stage) => {
      asBefore(stage);
      says(stage, new RegExp(text.slice(0, 24).replaceAll(/[^\w ]/g, '.')));
    },
    remedy: async (stage) => await annotate(stage, 'sriov.esxi.io/retry=remedy'),
  };
}

export const POWER_ON: readonly Scenario[] = [
  refused({
    name: 'power-on-not-passthrough',
    reason: 'PassthroughNotActive',
    text: 'Module DevicePowerOn power on failed. Failed to start the virtual machine. Device 59:0.0 is not a passthrough device.',
    why: 'ESXi does not pass the device through any more: the VM runs again without its card, and the reason says what to look at',
  }),
  refused({
    name: 'power-on-identity',
    reason: 'PassthroughIdentityMismatch',
    text: 'The systemId does not match the current system or the deviceId, and the vendorId does not match the device currently at 59:0.0.',
    why: 'a device in the VM belongs to another host: the VM runs again without its card',
  }),
  refused({
    name: 'power-on-mmio',
    reason: 'MmioTooSmall',
    text: 'PCIPassthru: total number of pages needed (4206594) exceeds limit (917504), failing',
    why: 'the device memory does not fit into the VM: the VM runs again without its card',
  }),
  refused({
    name: 'power-on-device',
    reason: 'DevicePowerOnFailed',
    text: "Module 'DevicePowerOn' power on failed.",
    why: 'vSphere gives no cause: the VM runs again without its card, and the reason says which log has it',
  }),
  {
    ...refused({
      name: 'power-on-vectors',
      reason: 'InterruptVectorsExhausted',
      text: 'PCIPassthruChangeIntrSettings: 0000:3b:00.2 failed to register interrupt (error code 195887110)',
      why: 'the host has no interrupt vectors left: the VM runs again as it was, and a retry attaches once there are some',
    }),
    play: async (stage) => {
      await takenBack(stage, 'InterruptVectorsExhausted');
      await annotate(stage, 'sriov.esxi.io/retry=1');
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 2 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    name: 'guest-dies',
    kind: 'attachment',
    why: 'the guest dies a moment after the power-on, without a word: it is noticed, explained, and not powered on again and again',
    world,
    spec,
    vms: [running],
    attachments: { 'db-01': shutDown },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      stage.lab.vsphere.inventory.power.crash(vmOf(stage));
      await nudge(stage);
    },
    expect: { ...ready, attachments: { 'db-01': 'GuestDiedAfterPowerOn' }, vmPowerOffs: 1 },
    verify: (stage) => {
      if (vmOf(stage).powerState !== 'poweredOff' || vmOf(stage).counters.powerOns !== 1) throw new Error('the VM was powered on again');
      says(stage, /interrupt vectors/);
    },
  },
  {
    name: 'guest-dies-retry',
    kind: 'attachment',
    why: 'and is powered on once more when somebody asks for it',
    world,
    spec,
    vms: [running],
    attachments: { 'db-01': shutDown },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      stage.lab.vsphere.inventory.power.crash(vmOf(stage));
      await nudge(stage);
      await reach(stage, 'GuestDiedAfterPowerOn');
      await annotate(stage, 'sriov.esxi.io/retry=1');
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    name: 'memory-not-reservable',
    kind: 'attachment',
    why: 'the VM has more memory than can be reserved: said before it loses its power',
    world,
    spec,
    vms: [{ ...running, memoryMB: 600_000 }],
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'InsufficientMemory' } },
    verify: (stage) => {
      if (vmOf(stage).powerState !== 'poweredOn' || vmOf(stage).counters.reconfigures > 0) throw new Error('the VM was touched');
      says(stage, /600000 MB of memory, its host 524288 MB/);
    },
  },
];
