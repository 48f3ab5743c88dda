/** What a port group and its switch do with traffic. Tests change the fields. */

export interface SimNetworkSettings {
  /** 0: none; 4095: the guest tags. A distributed port group says the latter by `trunk`. */
  vlanId: number;
  /** Distributed only: the guest tags within these ranges. */
  trunk: readonly { readonly start: number; readonly end: number }[] | undefined;
  /** Distributed only: id of the secondary VLAN. */
  privateVlanId: number | undefined;
  mtu: number;
  macChanges: boolean;
  forgedTransmits: boolean;
  allowPromiscuous: boolean;
}

/** As a new standard switch has them. */
export function standardSwitchSettings(): SimNetworkSettings {
  const security = { macChanges: true, forgedTransmits: true, allowPromiscuous: false };
  return { vlanId: 0, trunk: undefined, privateVlanId: undefined, mtu: 1500, ...security };
}

/** As a new distributed switch has them: everything is rejected. */
export function distributedSwitchSettings(): SimNetworkSettings {
  return { ...standardSwitchSettings(), macChanges: false, forgedTransmits: false };
}
