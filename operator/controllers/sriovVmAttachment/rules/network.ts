/**
 * What a guest may do through its port group, as far as the attachment says that it does.
 *
 * A card gets its MAC address from the host at power-on, a declared one too: it is the "initially set" address that the policy compares with, so
 * no policy rejects spec.macAddress itself. What the guest asks for later goes from the driver in the guest to the driver of the host, which
 * checks it against the port: "the address remains the same if MAC address change is not allowed", and the guest is not told (vSphere
 * Networking 6.5, pages 156 and 160; KB 328552).
 */
import type { NetworkSettings, NetworkVlan, VsphereNetwork } from '../../../ports/vsphere.ts';
import { vlanText } from '../networkStatus.ts';
import { block, type Rule, type RuleInput } from './rule.ts';

type Need = NonNullable<NonNullable<RuleInput['attachment']['spec']['network']>['guestNeeds']>[number];

/** In words what rejects the need; undefined where it is accepted, or where vSphere does not tell. */
const REJECTIONS: Readonly<Record<Need, (settings: NetworkSettings) => string | undefined>> = {
  MacAddressChanges: ({ macAddressChanges }) => rejection(macAddressChanges, 'MAC address changes are set to Reject'),
  ForgedTransmits: ({ forgedTransmits }) => rejection(forgedTransmits, 'forged transmits are set to Reject'),
  PromiscuousMode: ({ promiscuousMode }) => rejection(promiscuousMode, 'promiscuous mode is set to Reject'),
  VlanTags: ({ vlan }) =>
    vlan === undefined || guestTags(vlan) ? undefined : `its VLAN is ${vlanText(vlan)}, so that the guest cannot tag`,
};

/** What the port group does to the card. Always looked at, since it may change while the card is in. */
export const NETWORK_RULES: readonly Rule[] = [
  // The port group takes what the guest is said to do.
  function portGroupTakesGuest({ attachment, observation: { network } }) {
    if (!network.known) return undefined;
    const rejected = rejectedNeeds(network.value, attachment.spec.network?.guestNeeds ?? []);
    if (rejected.length === 0) return undefined;
    return block('PortGroupPolicyRejects', `Port group ${network.value.name}: ${rejected.join('; ')} (spec.network.guestNeeds).`);
  },
  // The setting is one of Ethernet cards; an InfiniBand port takes its MTU from the partition of the fabric.
  function mtuChangeSupported({ attachment, observation: { port } }) {
    if (attachment.spec.guestMtuChange !== true || !port.known || port.value.linkType !== 'InfiniBand') return undefined;
    const { adapter, port: number } = attachment.spec.function;
    return block('GuestMtuChangeUnsupported', `spec.guestMtuChange is true, and port ${number} of adapter ${adapter} is InfiniBand.`);
  },
];

function rejectedNeeds({ settings }: VsphereNetwork, needs: readonly Need[]): readonly string[] {
  if (settings === undefined) return [];
  return needs.flatMap((need) => REJECTIONS[need](settings) ?? []);
}

function rejection(accepted: boolean | undefined, words: string): string | undefined {
  return accepted === false ? words : undefined;
}

function guestTags(vlan: NetworkVlan): boolean {
  return vlan.kind === 'Trunk';
}
