/** SriovHost: running VMs in the way of a restart, and VMs that were shut down for one. */
import type { ReasonEntry } from './entry.ts';

export const HOST_VM_REASONS = [
  {
    reason: 'EvacuationBlocked',
    kinds: ['SriovHost'],
    condition: 'Reconciling',
    event: 'Warning',
    summary:
      'The host must enter maintenance mode, but at least one VM on it can neither be moved by DRS nor be shut down under the policies that hold for it.',
    remedy:
      'Read the message: it names each VM and what keeps it. Move or shut it down yourself, or allow it with spec.disruption.runningVms: PowerOff or the powerPolicy of its SriovVmAttachment. The operator goes on by itself.',
  },
  {
    reason: 'ShuttingDownVms',
    kinds: ['SriovHost'],
    condition: 'Reconciling',
    event: 'Normal',
    summary: 'VMs on the host are shut down so that it can enter maintenance mode; status.poweredOffVms lists them.',
    remedy: 'Wait; they are powered on again when the host has left maintenance mode.',
  },
  {
    reason: 'RestoringVms',
    kinds: ['SriovHost'],
    condition: 'Reconciling',
    event: 'Normal',
    summary: 'The VMs that the operator shut down for a restart are powered on again.',
    remedy: 'Wait.',
  },
  {
    reason: 'VmNotRestored',
    kinds: ['SriovHost'],
    condition: 'Reconciling',
    event: 'Warning',
    summary: 'A VM that the operator shut down for a restart could not be powered on again.',
    remedy:
      'Read the message for what vSphere said and correct it, or power the VM on yourself; the operator tries again until the VM runs.',
  },
  {
    reason: 'MaintenanceModeNotOurs',
    kinds: ['SriovHost'],
    condition: 'Reconciling',
    event: 'Warning',
    summary: 'Somebody else put the host into maintenance mode while VMs that the operator shut down wait for their power.',
    remedy: 'End the maintenance mode when you are done with the host; the VMs in status.poweredOffVms are then powered on.',
  },
  {
    reason: 'VsphereHostNotFound',
    kinds: ['SriovHost'],
    condition: 'Reconciling',
    event: 'Warning',
    summary: 'The vSphere server does not know exactly one host with the address of this SriovHost, so its VMs cannot be seen.',
    remedy: 'Use for spec.esxi.address the name or IP address under which the vCenter has the host, or correct spec.vsphere.server.',
  },
] as const satisfies readonly ReasonEntry[];
