/** How the VM comes to be off for a change, as far as spec.powerPolicy allows. */
import type { Vm } from '../../../ports/vsphere.ts';
import type { AttachmentStep } from '../steps.ts';
import { type Block, block, type RuleInput } from './rule.ts';

export interface PowerOff {
  readonly step: AttachmentStep | undefined;
  readonly block: Block | undefined;
}

const because = 'vmMustBeOff';

export function powerOffFor(vm: Vm, input: RuleInput): PowerOff {
  const { powerOff, timeoutSeconds } = input.attachment.spec.powerPolicy;
  if (vm.powerState === 'poweredOff') return { step: undefined, block: undefined };
  switch (powerOff) {
    case 'Never':
      return {
        step: { kind: 'AwaitPowerOff', because },
        block: block(
          'PowerOffNotAllowed',
          `VM ${vm.name} runs and must be off for the change: vSphere adds and removes SR-IOV cards only then (no hot-add).`,
        ),
      };
    case 'PowerOff':
      return { step: { kind: 'PowerOffVm', because }, block: undefined };
    case 'GuestShutdown':
      return { step: { kind: 'ShutdownGuest', because, timeoutSeconds }, block: guestShutdownBlock(vm, input) };
    case 'GuestShutdownThenPowerOff': {
      const step: AttachmentStep =
        guestShutdownBlock(vm, input) === undefined ? { kind: 'ShutdownGuest', because, timeoutSeconds } : { kind: 'PowerOffVm', because };
      return { step, block: undefined };
    }
    default:
      return powerOff satisfies never;
  }
}

function guestShutdownBlock(vm: Vm, { attachment, memory, now, retry, guestHadMs }: RuleInput): Block | undefined {
  const { timeoutSeconds } = attachment.spec.powerPolicy;
  const requested = memory.power?.requestedTime;
  if (requested === undefined || retry) {
    return vm.toolsRunning ? undefined : block('GuestToolsNotRunning', `VMware Tools do not run in VM ${vm.name}.`);
  }
  // A request that was written down by a process that died may never have been sent: this one sends it, and gives the guest its time.
  if ((guestHadMs ?? now.getTime() - Date.parse(requested)) < timeoutSeconds * 1000) return undefined;
  return block('GuestShutdownTimedOut', `VM ${vm.name} still runs ${timeoutSeconds} s after its guest was asked to shut down.`);
}
