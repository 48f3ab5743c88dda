/** SriovHost: what is refused or explained before anything is written, and hosts that are let go. */
import type { ReasonEntry } from './entry.ts';

export const HOST_SAFETY_REASONS = [
  {
    reason: 'Detaching',
    kinds: ['SriovHost'],
    condition: 'Ready',
    event: 'Normal',
    summary:
      'The annotation sriov.esxi.io/detach is set: a restart under way is brought to its end, maintenance mode is left, nothing new begins.',
    remedy: 'Wait; at the latest after the time that a restart may take the host is let go as it is.',
  },
  {
    reason: 'Detached',
    kinds: ['SriovHost'],
    condition: 'Ready',
    event: 'Normal',
    summary: 'The annotation sriov.esxi.io/detach is set: the operator has let the host go and touches it no more.',
    remedy: 'Remove the annotation sriov.esxi.io/detach when the operator shall take the host up again.',
  },
  {
    reason: 'HostDeclaredTwice',
    kinds: ['SriovHost'],
    condition: 'Ready',
    event: 'Warning',
    stalls: true,
    summary: 'Another SriovHost that was created earlier declares the same ESXi host: nothing is written for this one.',
    remedy: 'Correct spec.esxi.address if another host is meant, or delete one of the two objects. The operator goes on by itself.',
  },
  {
    reason: 'BmcDeclaredTwice',
    kinds: ['SriovHost'],
    condition: 'Reachable',
    event: 'Warning',
    stalls: true,
    summary:
      'SriovHosts of different ESXi hosts declare the same BMC: one of them is wrong, and a power cycle could hit the wrong machine. None of them uses it.',
    remedy: 'Correct spec.bmc.systemUrl where it is wrong. The operator goes on by itself.',
  },
  {
    reason: 'LockdownMode',
    kinds: ['SriovHost'],
    condition: 'Reachable',
    event: 'Warning',
    stalls: true,
    summary: 'The host refuses the log-in, and its vCenter says that it is in lockdown mode: then it lets in only exception users.',
    remedy:
      'Add the user of spec.esxi.credentialsSecretRef to the exception users of the host (with the Administrator role on it), or take it out of lockdown mode; then set sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'SshServiceStopped',
    kinds: ['SriovHost'],
    condition: 'Reachable',
    event: 'Warning',
    summary: 'No SSH connection comes about, and vCenter says that the SSH service (TSM-SSH) of the host does not run.',
    remedy:
      'Start the service SSH (TSM-SSH) of the host and set its policy to start and stop with the host: otherwise every restart stops it again. The operator goes on by itself.',
  },
  {
    reason: 'AdapterDenied',
    kinds: ['SriovHost'],
    condition: 'AdaptersIdentified',
    event: 'Warning',
    stalls: true,
    summary: 'A declared adapter is on spec.adapterDenyList: it is not written to. Other adapters go on.',
    remedy: 'Correct its selector if another card was meant, or remove the entry of spec.adapterDenyList that the message names.',
  },
  {
    reason: 'SecureBootForbidsUnsignedVib',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    stalls: true,
    summary:
      'The host boots with UEFI Secure Boot, and a declared VIB has no signature of VMware or a partner (CommunitySupported): with it the host would not boot. Nothing was installed.',
    remedy: 'Use the VIB that NVIDIA or the vendor of the server signed for this ESXi release. A VIB is never forced.',
  },
  {
    reason: 'ManagedByLifecycleImage',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    stalls: true,
    summary:
      'The cluster of the host is managed by an image of vSphere Lifecycle Manager: what the operator installs is removed at the next remediation. Nothing was installed.',
    remedy:
      'Add the components with the declared VIBs to the image of the cluster and remediate it. To install them all the same, set spec.installOnImageManagedHost: true.',
  },
  {
    reason: 'VibIncompatible',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    stalls: true,
    summary: 'A VIB does not fit the ESXi release of the host: esxcli says that a requirement of it cannot be satisfied.',
    remedy:
      'Get the VIB of this version that is built for the ESXi release in the message, and correct spec.software[].source; after replacing a file under the same path set sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'DriverMissing',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    stalls: true,
    summary:
      'No VIB with the nmlx5_core driver is on the host, as it happens after an upgrade of ESXi; without it there are no virtual functions.',
    remedy: 'Declare the VIB nmlx5-core for the ESXi release of the host in spec.software, or add it to the image of the cluster.',
  },
  {
    reason: 'DriverError',
    kinds: ['SriovHost'],
    condition: 'VirtualFunctionsPresent',
    event: 'Warning',
    stalls: true,
    summary:
      'Firmware and options are in effect, virtual functions are missing, and the nmlx5_core driver logged errors in this boot (<NMLX_ERR> in vmkernel.log).',
    remedy:
      'Update firmware and driver to versions that were released for each other: the release notes of the driver name the firmware. Then set sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'LinkFlapping',
    kinds: ['SriovHost'],
    condition: 'Ready',
    event: 'Warning',
    stalls: true,
    summary: 'Virtual functions are as declared, but ESXi took a declared uplink down because its link was flapping (vobd.log, KB 324499).',
    remedy: 'Check cable, transceiver and switch port; then bring the uplink up on the host: esxcli network nic up -n <vmnic>.',
  },
] as const satisfies readonly ReasonEntry[];
