/** SriovVmAttachment: why a VM with its card does not power on, or does not stay on. Told by vSphere in words only (vsphere/faultTexts.ts). */
import type { ReasonEntry } from './entry.ts';

export const ATTACHMENT_POWER_ON_REASONS = [
  {
    reason: 'PowerOnFailed',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    summary:
      'The VM has its card but does not power on. After the fifth refusal in a row a VM that ran before gets its former state back: its new card is taken out, and it is powered on.',
    remedy: 'Read the fault in the message; common causes are no free virtual function, too little memory, or a host in maintenance mode.',
  },
  {
    reason: 'PassthroughNotActive',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    stalls: true,
    summary:
      'ESXi does not pass the device through that the card names, so the VM does not power on. A VM that ran before is running again without its new card.',
    remedy:
      'Look at status.adapters of the SriovHost and at SR-IOV or passthrough of the device in the vSphere client. Where PCIe hot-plug removed the device (vmkernel.log: PCIEHP, Adapter removed), disable hot-plug for its slot in the BIOS and restart the host. Then set the annotation sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'PassthroughIdentityMismatch',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    stalls: true,
    summary:
      'A device in the VM was made for another host or another PCI address, so the VM does not power on. A VM that ran before is running again without its new card.',
    remedy:
      'The operator takes both identifiers from this host, so look for another passthrough device in the VM, as a VM has that was copied from another host; remove it or add it anew. Then set the annotation sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'InterruptVectorsExhausted',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    stalls: true,
    summary:
      'The ESXi host has no interrupt vectors left for the card, so the VM does not power on. A VM that ran before is running again without its new card.',
    remedy:
      'Declare fewer virtual functions on this host, or use fewer of its functions at a time; on ESXi 7.0.1 to 8.0 the boot option intrFirstMsixVector also helps (KB 313395). Then set the annotation sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'MmioTooSmall',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    stalls: true,
    summary:
      'The memory of a passthrough device does not fit below the limit of the VM, so the VM does not power on. A VM that ran before is running again without its new card.',
    remedy:
      'Use a VM with EFI firmware and set pciPassthru.use64bitMMIO=TRUE and a large enough pciPassthru.64bitMMIOSizeGB; in the host BIOS switch memory mapped I/O above 4 GB on (KB 323402). Then set the annotation sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'DevicePowerOnFailed',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    stalls: true,
    summary:
      'A device of the VM cannot be switched on, and vSphere does not say why. A VM that ran before is running again without its new card.',
    remedy:
      'Read vmware.log of the VM: the lines above "Module DevicePowerOn power on failed" name the device and the cause. Remove it, then set the annotation sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'GuestDiedAfterPowerOn',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    stalls: true,
    summary:
      'The VM was found off within ten minutes of its power-on by the operator, and not by an orderly shutdown. It is not powered on again by itself.',
    remedy:
      'Read vmware.log of the VM and vmkernel.log of the host. "Out of interrupt vectors" or "failed to register interrupt (error code 195887110)" mean that the host has too many virtual functions in use: declare or use fewer. Then power the VM on, or set the annotation sriov.esxi.io/retry to a new value and the operator does it once.',
  },
] as const satisfies readonly ReasonEntry[];
