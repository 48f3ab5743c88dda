/** What the scenarios about attachments have in common: a host at its goal, and the usual moves. */
import type { SriovVmAttachment } from '../../../operator/api/types.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import type { SimVm } from '../../simulator/world/vm.ts';
import type { SriovCard } from '../../simulator/world/vmDevices.ts';
import { FABRIC0 } from '../host/ethernet.ts';
import type { Stage } from '../scenario.ts';
import { untilAttachment } from '../untilAttachment.ts';

export const world = {
  profile: { esxi: '7.0u3', tools: 'withMft' },
  adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
  moduleOptions: 'max_vfs=8,4',
} as const;
export const spec = { adapters: [FABRIC0] };
export const ready = { ready: true, restarts: 0 } as const;
export const shutDown = { powerPolicy: { powerOff: 'GuestShutdownThenPowerOff' } };
export const running = { name: 'db-01', powerState: 'poweredOn' } as const;
/** One virtual function on port 1. */
export const oneFunction = {
  world: { ...world, moduleOptions: 'max_vfs=1,0' },
  spec: { adapters: [{ ...FABRIC0, ports: [{ number: 1, vfs: 1 }] }] },
};

export const PF = '0000:3b:00.0';
export const OTHER_PF = '0000:3b:00.1';

export function keyOf({ namespace }: Stage, name = 'db-01'): string {
  return `${namespace}/${name}`;
}

export async function reach(stage: Stage, reason: string, name = 'db-01'): Promise<void> {
  await untilAttachment({ lab: stage.lab, key: keyOf(stage, name), reason });
}

export function statusOf(stage: Stage, name = 'db-01'): NonNullable<SriovVmAttachment['status']> {
  const status = stage.lab.observer.get('SriovVmAttachment', keyOf(stage, name))?.status;
  if (status === undefined) throw new Error(`attachment ${name} has no status`);
  return status;
}

export function says(stage: Stage, text: RegExp, name = 'db-01'): void {
  const message = statusOf(stage, name).conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
  if (!text.test(message)) throw new Error(`the message of ${name} is '${message}', which does not match ${text}`);
}

/** Deletes an attachment and waits until it is gone. */
export async function remove(stage: Stage, name = 'db-01'): Promise<void> {
  await stage.lab.remove('sva', stage.namespace, name);
  await gone(stage, name);
}

export async function gone(stage: Stage, name = 'db-01'): Promise<void> {
  await stage.lab.observer.until('SriovVmAttachment', keyOf(stage, name), (object) => object === undefined, { what: 'being gone' });
}

export async function annotate(stage: Stage, annotation: string, name = 'db-01'): Promise<void> {
  const { code, stderr } = await stage.lab.api.kubectl(['annotate', '--overwrite', 'sva', name, annotation, '-n', stage.namespace]);
  if (code !== 0) throw new Error(`kubectl annotate: ${stderr}`);
}

/** Makes the operator look now and not at its next round. */
export async function nudge(stage: Stage, name = 'db-01'): Promise<void> {
  await annotate(stage, `example.com/look=${process.hrtime.bigint()}`, name);
}

export function vmOf({ vms }: Stage, index = 0): SimVm {
  const vm = vms[index];
  if (vm === undefined) throw new Error(`the scenario has no VM ${index}`);
  return vm;
}

export function cardsOf(vm: SimVm): readonly SriovCard[] {
  return vm.devices.filter((device) => device.kind === 'Sriov');
}

/** Changes a SR-IOV card by hand; undefined takes it out. */
export function editCard(stage: Stage, vm: SimVm, edit: (card: SriovCard) => SriovCard | undefined): void {
  stage.lab.vsphere.inventory.editVm(vm, (edited) => {
    edited.devices = edited.devices.flatMap((device) => (device.kind === 'Sriov' ? (edit(device) ?? []) : device));
  });
}

/** A card that somebody adds without the operator, with all memory locked as it needs. */
export function addForeignCard(
  stage: Stage,
  vm: SimVm,
  { macAddress, physicalFunction = PF }: { macAddress: string; physicalFunction?: string },
): void {
  const backing = { id: physicalFunction, deviceName: '', deviceId: '0', systemId: 'BYPASS', vendorId: 0 };
  stage.lab.vsphere.inventory.reconfigure(vm, {
    memoryLockedToMax: true,
    deviceChanges: [
      {
        operation: 'add',
        device: {
          kind: 'Sriov',
          key: -1,
          network: { kind: 'Standard', portGroup: 'VM Network' },
          macAddress,
          addressType: 'manual',
          allowGuestOsMtuChange: undefined,
          sriovBackingGiven: true,
          physicalFunction: backing,
          virtualFunctionHint: undefined,
        },
      },
    ],
  });
}

/** Throws unless the VM runs with exactly one card on this physical function, a virtual function behind it and its memory locked. */
export function works(vm: SimVm, physicalFunction = PF): void {
  const cards = cardsOf(vm);
  if (vm.powerState !== 'poweredOn') throw new Error(`VM ${vm.name} is ${vm.powerState}`);
  if (cards.length !== 1) throw new Error(`VM ${vm.name} has ${cards.length} SR-IOV cards`);
  if (cards[0]?.physicalFunction.id !== physicalFunction) throw new Error(`the card is on ${cards[0]?.physicalFunction.id}`);
  if (cards[0].virtualFunction === undefined) throw new Error('the card has no virtual function');
  if (!vm.memoryLockedToMax) throw new Error('the memory is not locked');
}

/** Throws unless nobody has written to the VM. */
export function untouched(vm: SimVm): void {
  const { powerOns, powerOffs, guestShutdowns, reconfigures } = vm.counters;
  if (powerOns + powerOffs + guestShutdowns + reconfigures > 0)
    throw new Error(`VM ${vm.name} was written to: ${JSON.stringify(vm.counters)}`);
}
