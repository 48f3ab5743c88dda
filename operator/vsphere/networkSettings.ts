/** VLAN, MTU and security policy of port groups, as vim25 has them. Pure: reads properties that networks.ts fetched. */
import type { NetworkSettings, NetworkVlan } from '../ports/vsphere.ts';
import { entityName } from './entityName.ts';
import type { ObjectProperties } from './propertyCollector.ts';
import type { XmlNode } from './xmlNode.ts';

/** Of the HostSystem: its standard port groups, its switches, and its part of the distributed ones (HostNetworkInfo). */
export const HOST_NETWORK_PATHS = ['config.network.portgroup', 'config.network.vswitch', 'config.network.proxySwitch'] as const;

/** Of the DistributedVirtualPortgroup. */
export const PORTGROUP_SETTINGS_PATH = 'config.defaultPortConfig';

/** HostPortGroupSpec.vlanId: "trunk mode, which allows the guest operating system to manage its own VLAN tags". */
const GUEST_TAGS = 4095;

/** By the name of the port group, which is unique on a host. */
export function standardSettings(host: ObjectProperties): ReadonlyMap<string, NetworkSettings> {
  const mtus = new Map(host.items('config.network.vswitch').map((one) => [one.textOf('name') ?? '', one.numberOf('mtu')]));
  return new Map(
    host.items('config.network.portgroup').map((group) => {
      const spec = group.child('spec');
      // Computed: what the port group leaves open is taken from its switch.
      const security = group.child('computedPolicy')?.child('security');
      const settings: NetworkSettings = {
        vlan: standardVlan(spec?.numberOf('vlanId')),
        mtu: mtus.get(spec?.textOf('vswitchName') ?? ''),
        macAddressChanges: security?.booleanOf('macChanges'),
        forgedTransmits: security?.booleanOf('forgedTransmits'),
        promiscuousMode: security?.booleanOf('allowPromiscuous'),
      };
      return [entityName(spec?.textOf('name')), settings] as const;
    }),
  );
}

function standardVlan(id: number | undefined): NetworkVlan | undefined {
  if (id === undefined) return undefined;
  return id === GUEST_TAGS ? { kind: 'Trunk', ranges: [{ start: 0, end: 4094 }] } : { kind: 'Id', id };
}

/** MTU of the host's part of each distributed switch, by the switch's UUID as it is written there. */
export function proxyMtus(host: ObjectProperties): ReadonlyMap<string, number | undefined> {
  return new Map(host.items('config.network.proxySwitch').map((one) => [one.textOf('dvsUuid') ?? '', one.numberOf('mtu')]));
}

/** VMwareDVSPortSetting: what the port group inherits is in it already. */
export function distributedSettings(config: XmlNode | undefined, mtu: number | undefined): NetworkSettings {
  const security = securityOf(config);
  return {
    vlan: distributedVlan(config?.child('vlan')),
    mtu,
    macAddressChanges: security('macChanges'),
    forgedTransmits: security('forgedTransmits'),
    promiscuousMode: security('allowPromiscuous'),
  };
}

/** DVSMacManagementPolicy took the place of DVSSecurityPolicy with vSphere 6.7; its flags are plain, those of the old one are BoolPolicies. */
function securityOf(config: XmlNode | undefined): (flag: string) => boolean | undefined {
  const [now, before] = [config?.child('macManagementPolicy'), config?.child('securityPolicy')];
  return (flag) => now?.booleanOf(flag) ?? before?.child(flag)?.booleanOf('value');
}

function distributedVlan(vlan: XmlNode | undefined): NetworkVlan | undefined {
  switch (vlan?.type) {
    case 'VmwareDistributedVirtualSwitchVlanIdSpec':
      return numbered('Id', vlan.numberOf('vlanId'));
    case 'VmwareDistributedVirtualSwitchPvlanSpec':
      return numbered('Private', vlan.numberOf('pvlanId'));
    case 'VmwareDistributedVirtualSwitchTrunkVlanSpec': {
      const ranges = vlan.list('vlanId').map((range) => ({ start: range.numberOf('start') ?? 0, end: range.numberOf('end') ?? 0 }));
      return { kind: 'Trunk', ranges };
    }
    default:
      return undefined;
  }
}

function numbered(kind: 'Id' | 'Private', id: number | undefined): NetworkVlan | undefined {
  return id === undefined ? undefined : { kind, id };
}
