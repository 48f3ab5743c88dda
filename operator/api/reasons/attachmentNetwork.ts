/** SriovVmAttachment: what port group, switch, driver and virtual hardware do to a card, told before the VM loses its power. */
import type { ReasonEntry } from './entry.ts';

export const ATTACHMENT_NETWORK_REASONS = [
  {
    reason: 'PortGroupPolicyRejects',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    summary:
      'The port group rejects what spec.network.guestNeeds says the guest does. ESXi would drop it in silence: the guest believes that it worked.',
    remedy:
      'Change the security policy or the VLAN of the port group as the message says, choose another port group, or take the word out of spec.network.guestNeeds.',
  },
  {
    reason: 'GuestMtuChangeUnsupported',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    summary:
      'spec.guestMtuChange is true for a port that cannot do it: the setting belongs to an Ethernet card, and the port is InfiniBand.',
    remedy: 'Leave guestMtuChange out; the MTU of an InfiniBand port is that of its fabric partition.',
  },
  {
    reason: 'SwitchMtuTooSmall',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    summary:
      'A warning in status.warnings: the guest may change its MTU, but the switch of the port group carries no more than 1500 bytes.',
    remedy: 'Raise the MTU of the standard or distributed switch; switch, card and guest must agree.',
  },
  {
    reason: 'GuestTopologyWillChange',
    kinds: ['SriovVmAttachment'],
    condition: 'Attached',
    event: 'Warning',
    summary:
      'A warning in status.warnings: the card is replaced by another device, which the guest may find at another PCI address and under another interface name.',
    remedy:
      'Name the interface in the guest by its MAC address, and declare spec.macAddress so that it stays. Do not raise the virtual hardware of an EFI VM to 20 or later on the way: that moves all of its devices (KB 407595).',
  },
] as const satisfies readonly ReasonEntry[];
