/** GUIDs by the rule of ESXi: FF:FE between the third and the fourth octet. */
import { describe, expect, it } from '@jest/globals';
import { guidOfMac } from '../../../operator/controllers/sriovHost/guid.ts';

describe('guidOfMac', () => {
  it.each([
    { why: 'the rule of the manual', mac: 'b8:59:9f:aa:bb:cc', guid: 'b8:59:9f:ff:fe:aa:bb:cc' },
    { why: 'an address that vSphere made for a VF', mac: '00:50:56:3f:00:01', guid: '00:50:56:ff:fe:3f:00:01' },
    { why: 'one spelling, whatever the tool prints', mac: 'B8:59:9F:AA:BB:CC', guid: 'b8:59:9f:ff:fe:aa:bb:cc' },
    { why: 'too short is no MAC address', mac: 'b8:59:9f:aa:bb', guid: undefined },
    { why: 'a GUID is no MAC address', mac: 'b8:59:9f:ff:fe:aa:bb:cc', guid: undefined },
    { why: 'nothing is made of words', mac: 'N/A', guid: undefined },
  ])('$why', ({ mac, guid }) => {
    expect(guidOfMac(mac)).toBe(guid);
  });
});
