/** Shutting VMs down for a restart, and giving them their power back. What is owed is persisted before the VM is touched. */
import { rfc3339 } from '../../../api/conditions.ts';
import { isPortError, PortError } from '../../../ports/errors.ts';
import type { Vm } from '../../../ports/vsphere.ts';
import type { HostMemory } from '../memory.ts';
import { findVm, type VsphereDoor } from '../observe/vms.ts';
import { attempt } from '../observe.ts';
import type { HostStep } from '../steps.ts';
import { withoutRecord, withRecord } from '../vmRecords.ts';
import type { PoweredOffVm } from '../vms.ts';
import { type ActContext, type ActPorts, StepRefused } from './context.ts';

type ShutDown = Extract<HostStep, { kind: 'ShutDownVm' | 'PowerOffVm' }>;

/** Asks the guest, or cuts its power. A VM that is off by now was switched off by somebody else: it is not ours to power on. */
export async function shutDownVm(step: ShutDown, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const { ports, signal } = context;
  const door = await openDoor(ports);
  const vm = await stillHere(step, door, signal);
  if (vm?.powerState !== 'poweredOn') return memory;
  const { moRef, name } = vm;
  const now = ports.now();
  const until = rfc3339(new Date(now.getTime() + (step.kind === 'ShutDownVm' ? step.timeoutSeconds * 1000 : 0)));
  const before = memory.poweredOffVms.find((record) => record.moRef === moRef);
  const noted = withRecord(memory, before ?? { moRef, name, since: rfc3339(now), until, state: 'ShuttingDown' });
  await ports.persist(noted);
  try {
    if (step.kind === 'ShutDownVm') await door.vsphere.shutdownGuest(moRef, signal);
    else await door.vsphere.powerOff(moRef, signal);
  } catch (error) {
    // The server itself said no: nothing happened, so nothing is owed.
    if (before === undefined && isPortError(error) && error.detail['fault'] !== undefined) await ports.persist(memory);
    throw error;
  }
  return noted;
}

/** The facts that it rests on, read again just before it. Undefined for a VM that is gone or was moved away. */
async function stillHere(step: ShutDown, { vsphere, hostMoRef }: VsphereDoor, signal: AbortSignal): Promise<Vm | undefined> {
  const vm = await findVm(vsphere, step.moRef, signal);
  if (vm === undefined || vm.hostMoRef !== hostMoRef) return undefined;
  if (vm.question === undefined) return vm;
  throw new StepRefused(
    'EvacuationBlocked',
    `${vm.name} waits for an answer to a question (${vm.question}); answer it in the vSphere client`,
  );
}

type GiveBack = Extract<HostStep, { kind: 'PowerOnVms' }>;

/** One VM that cannot be powered on keeps no other one waiting. Throws once all were tried. */
export async function powerOnVms(step: GiveBack, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const door = await openDoor(context.ports);
  const failures: PortError[] = [];
  let current = memory;
  for (const { moRef, name } of step.vms) {
    context.signal.throwIfAborted();
    try {
      await giveBack(door, { moRef, state: 'PoweredOff' }, context.signal);
      current = withoutRecord(current, moRef);
      await context.ports.persist(current);
    } catch (error) {
      if (!isPortError(error) || error.code === 'Aborted') throw error;
      failures.push(new PortError(error.code, `${name}: ${error.message}`, { cause: error }));
    }
  }
  if (failures.length === 0) return current;
  const message = failures.map((failure) => failure.message).join('; ');
  throw new PortError('VsphereTaskFailed', `VM(s) could not be powered on again: ${message}`, { cause: failures[0] });
}

/** Only a VM that is still off is touched. False for one whose guest is still on its way down. */
async function giveBack({ vsphere }: VsphereDoor, record: Pick<PoweredOffVm, 'moRef' | 'state'>, signal: AbortSignal): Promise<boolean> {
  const vm = await findVm(vsphere, record.moRef, signal);
  if (vm?.powerState === 'poweredOff') await vsphere.powerOn(record.moRef, signal);
  return vm?.powerState !== 'poweredOn' || record.state === 'PoweredOff';
}

/** Before an object goes: power to what is off, one try each. Resolves with the VMs that are still to come, or could not be powered on. */
export async function returnPower(
  vsphere: ActPorts['vsphere'],
  records: readonly PoweredOffVm[],
  signal: AbortSignal,
): Promise<readonly PoweredOffVm[]> {
  if (records.length === 0) return [];
  const door = await vsphere();
  if (!door.known) return records;
  const left: PoweredOffVm[] = [];
  for (const record of records) {
    const done = await attempt(() => giveBack(door.value, record, signal));
    if (!done.known || !done.value) left.push(record);
  }
  return left;
}

async function openDoor(ports: ActPorts): Promise<VsphereDoor> {
  const door = await ports.vsphere();
  if (!door.known) throw new StepRefused(door.because.reason, door.because.message);
  return door.value;
}
