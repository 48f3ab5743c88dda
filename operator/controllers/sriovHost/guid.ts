/** GUIDs of InfiniBand ports and virtual functions on ESXi. Pure. */

/**
 * `b8:59:9f:aa:bb:cc` -> `b8:59:9f:ff:fe:aa:bb:cc`: ESXi makes the GUID of an InfiniBand function from its MAC address by putting FF:FE
 * between the third and the fourth octet (NVIDIA, SR-IOV on ESXi: InfiniBand set-up, step 8). Undefined for what is no MAC address.
 */
export function guidOfMac(macAddress: string): string | undefined {
  const octets = macAddress.toLowerCase().split(':');
  if (octets.length !== 6 || !octets.every((octet) => /^[0-9a-f]{2}$/.test(octet))) return undefined;
  return [...octets.slice(0, 3), 'ff', 'fe', ...octets.slice(3)].join(':');
}
