/** What status tells about the port group of the card. Pure. */
import type { SriovVmAttachmentStatus } from '../../api/types.ts';
import type { NetworkVlan, VsphereNetwork } from '../../ports/vsphere.ts';

export type NetworkStatus = NonNullable<SriovVmAttachmentStatus['network']>;

export function networkStatusOf({ name, settings }: VsphereNetwork): NetworkStatus {
  const { vlan, mtu, macAddressChanges, forgedTransmits, promiscuousMode } = settings ?? {};
  return {
    portGroup: name,
    ...(vlan === undefined ? {} : { vlan: vlanText(vlan) }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(macAddressChanges === undefined ? {} : { macAddressChanges }),
    ...(forgedTransmits === undefined ? {} : { forgedTransmits }),
    ...(promiscuousMode === undefined ? {} : { promiscuousMode }),
  };
}

export function vlanText(vlan: NetworkVlan): string {
  switch (vlan.kind) {
    case 'Id':
      return vlan.id === 0 ? 'None' : String(vlan.id);
    case 'Private':
      return `private ${vlan.id}`;
    case 'Trunk':
      return vlan.ranges.map(({ start, end }) => (start === end ? String(start) : `${start}-${end}`)).join(', ');
    default:
      return vlan satisfies never;
  }
}
