/** SriovVmAttachment on InfiniBand: the guest, the Subnet Manager in it, and the link. */
import type { ReasonEntry } from './entry.ts';

export const ATTACHMENT_GUEST_REASONS = [
  {
    reason: 'GuestNotReadable',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'None',
    summary:
      'What is inside the VM cannot be seen from outside, and the guest was not asked: spec.guest is not set, the VM does not run with its device, or the attachment is on hold.',
    remedy: 'Set spec.guest to an account of the guest, or look there with ibstat or in /sys/class/infiniband.',
  },
  {
    reason: 'GuestUnreachable',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    summary: 'VMware Tools do not answer in the guest, so nothing can be read or run there.',
    remedy: 'Install and start open-vm-tools in the guest; guest operations must not be disabled in tools.conf.',
  },
  {
    reason: 'GuestCredentialsMissing',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    summary: 'The Secret that spec.guest names does not exist, or has no username or no password.',
    remedy: 'Create the Secret in the namespace of the attachment, with the keys username and password; the operator notices.',
  },
  {
    reason: 'GuestCredentialsRejected',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    stalls: true,
    summary:
      'The guest refused the user name or password of spec.guest. They were tried once and are not tried again, so that the account is not locked.',
    remedy: 'Correct the Secret; the operator goes on when it changes, or after the retry annotation.',
  },
  {
    reason: 'GuestPermissionDenied',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    stalls: true,
    summary: 'The guest let the account in and refused what it asked for.',
    remedy: 'Give spec.guest an account that may do it: root for a Subnet Manager, any user for the link; then set the retry annotation.',
  },
  {
    reason: 'GuestProgramFailed',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    summary: 'A program that the operator ran in the guest, or a file that it moved, failed.',
    remedy: 'Read the message; run the command of the plan in the guest by hand to see more.',
  },
  {
    reason: 'GuestPortNotFound',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    summary: 'The guest has no InfiniBand port that belongs to this card.',
    remedy:
      'Load the driver in the guest (mlx5_ib of MLNX_OFED, DOCA or the kernel) and look at /sys/class/infiniband; check the link type of the port.',
  },
  {
    reason: 'LinkUp',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Normal',
    summary: 'The guest sees its link in state Active.',
    remedy:
      'Remember that virtual functions are addressed by GID: give -x 0 to the perftest tools (ib_write_bw and the like), so that packets carry a GRH.',
  },
  {
    reason: 'LinkInitializing',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    summary: 'The link is up physically, and no Subnet Manager has configured the port yet.',
    remedy: 'Look at the Subnet Manager of this subnet: it must run, on a physical function, with virt_enabled 2.',
  },
  {
    reason: 'LinkDown',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    summary: 'The guest sees its link down.',
    remedy:
      'Check cable and switch port; for a virtual function also that the Subnet Manager has virt_enabled 2 and that the GUIDs of the functions differ.',
  },
  {
    reason: 'VfGuidUnset',
    kinds: ['SriovVmAttachment'],
    condition: 'LinkActive',
    event: 'Warning',
    summary: 'The InfiniBand port in the guest has GUID 0; a Subnet Manager ignores such a port.',
    remedy:
      'Give the card a MAC address, from which ESXi makes the GUID, and power the VM off and on; check driver and firmware of the host.',
  },
  {
    reason: 'SubnetManagerMaster',
    kinds: ['SriovVmAttachment'],
    condition: 'SubnetManagerReady',
    event: 'Normal',
    summary: 'A Subnet Manager with virtualization is the master of the subnet.',
    remedy: 'Nothing to do.',
  },
  {
    reason: 'SubnetManagerStandby',
    kinds: ['SriovVmAttachment'],
    condition: 'SubnetManagerReady',
    event: 'Normal',
    summary: 'The Subnet Manager of this VM runs and stands by: another one is the master of the subnet.',
    remedy: 'Nothing to do if that one has virtualization enabled; else raise spec.subnetManager.priority above its priority.',
  },
  {
    reason: 'SubnetManagerStarting',
    kinds: ['SriovVmAttachment'],
    condition: 'SubnetManagerReady',
    event: 'None',
    summary: 'OpenSM runs in the guest, and no Subnet Manager answers on the port yet.',
    remedy: 'It should take some seconds. If it stays: check the cable, and the log of OpenSM in the guest (/var/log/opensm.log).',
  },
  {
    reason: 'SubnetManagerAbsent',
    kinds: ['SriovVmAttachment'],
    condition: 'SubnetManagerReady',
    event: 'Warning',
    summary: 'No Subnet Manager manages the subnet of this port, so that no link on it becomes Active.',
    remedy:
      'Give a VM a whole physical function on this subnet (function.kind Physical) with spec.subnetManager, and see why one that is declared does not run.',
  },
  {
    reason: 'SubnetManagerUndeclared',
    kinds: ['SriovVmAttachment'],
    condition: 'SubnetManagerReady',
    event: 'None',
    summary:
      'No attachment declares a Subnet Manager for this subnet; one that is outside, in a switch or on a server, cannot be seen from here.',
    remedy:
      'Declare one with spec.subnetManager, or see to it that the external one has virtualization enabled; set spec.guest to see the link itself.',
  },
  {
    reason: 'OpensmNotFound',
    kinds: ['SriovVmAttachment'],
    condition: 'SubnetManagerReady',
    event: 'Warning',
    summary: 'The guest has no program opensm.',
    remedy: 'Install the opensm of NVIDIA (MLNX_OFED, DOCA or UFM) in the guest, or set spec.subnetManager.program.',
  },
  {
    reason: 'OpensmLacksVirtualization',
    kinds: ['SriovVmAttachment'],
    condition: 'SubnetManagerReady',
    event: 'Warning',
    summary:
      'The opensm in the guest does not know virt_enabled, so that virtual functions get no link with it. Its configuration was not written. That of Linux distributions is such a one.',
    remedy: 'Install the opensm of NVIDIA (MLNX_OFED, DOCA or UFM) in the guest, or set spec.subnetManager.program to it.',
  },
  {
    reason: 'SubnetManagerConflict',
    kinds: ['SriovVmAttachment'],
    condition: 'SubnetManagerReady',
    event: 'Warning',
    summary:
      'Something else runs a Subnet Manager in this VM: an opensm that the operator did not start, or another attachment with spec.subnetManager.',
    remedy: 'Stop that opensm, or keep spec.subnetManager on one attachment of the VM only.',
  },
] as const satisfies readonly ReasonEntry[];
