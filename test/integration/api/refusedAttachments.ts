/** Attachments that must be refused, and what the API server must say. */
import type { RefusedCase } from './refusedCase.ts';

export const refusedAttachments: readonly RefusedCase[] = [
  { why: 'no host', edits: { hostRef: undefined }, says: ['spec.hostRef: Required value'] },
  {
    why: 'a host with capitals cannot exist',
    edits: { 'hostRef.name': 'ESX-01' },
    says: ['spec.hostRef.name: Invalid value: "ESX-01"', 'lower-case letters'],
  },
  {
    why: 'a path is no namespace',
    edits: { 'hostRef.namespace': '../kube-system' },
    says: ['spec.hostRef.namespace: Invalid value: "../kube-system"', 'the name of a namespace'],
  },
  { why: 'no VM', edits: { vm: {} }, says: ['spec.vm: Invalid value', 'set exactly one of name, inventoryPath, instanceUuid and moRef'] },
  { why: 'a VM by two things', edits: { vm: { name: 'db', moRef: 'vm-1' } }, says: ['spec.vm: Invalid value', 'set exactly one of name'] },
  {
    why: 'a path that begins nowhere',
    edits: { vm: { inventoryPath: 'dc1/vm/db' } },
    says: ['spec.vm.inventoryPath: Invalid value: "dc1/vm/db"', 'begin with / and the datacenter'],
  },
  {
    why: 'a UUID without dashes',
    edits: { vm: { instanceUuid: '5029a5f00f4b4a3b9c3d0123456789ab' } },
    says: ['spec.vm.instanceUuid: Invalid value', '8-4-4-4-12'],
  },
  {
    why: 'the reference of a host',
    edits: { vm: { moRef: 'host-9' } },
    says: ['spec.vm.moRef: Invalid value: "host-9"', 'write vm-42 on a vCenter'],
  },
  { why: 'no adapter', edits: { function: {} }, says: ['spec.function.adapter: Required value'] },
  {
    why: 'an adapter by its uplink with a capital',
    edits: { 'function.adapter': 'VMNIC4' },
    says: ['spec.function.adapter: Invalid value: "VMNIC4"', 'spec.adapters[].name of the SriovHost'],
  },
  { why: 'a third port', edits: { 'function.port': 3 }, says: ['spec.function.port: Invalid value: 3', 'less than or equal to 2'] },
  {
    why: 'another kind of function',
    edits: { 'function.kind': 'PF' },
    says: ['spec.function.kind: Unsupported value: "PF"', '"Virtual", "Physical"'],
  },
  {
    why: 'a virtual function without a port group',
    edits: { network: undefined },
    says: ['must have network with function.kind Virtual: set network.portGroup'],
  },
  {
    why: 'a port group for a whole physical function',
    edits: { 'function.kind': 'Physical' },
    says: ['must not have network with function.kind Physical'],
  },
  {
    why: 'an address for a whole physical function',
    edits: { 'function.kind': 'Physical', network: undefined, macAddress: '00:50:56:3f:00:01' },
    says: ['must not have macAddress with function.kind Physical', 'burned into the adapter'],
  },
  {
    why: 'an MTU setting for a whole physical function',
    edits: { 'function.kind': 'Physical', network: undefined, guestMtuChange: false },
    says: ['must not have guestMtuChange with function.kind Physical'],
  },
  {
    why: 'a Subnet Manager on a virtual function',
    edits: { subnetManager: {}, guest: { credentialsSecretRef: { name: 'guest' } } },
    says: ['must be left out unless function.kind is Physical'],
  },
  {
    why: 'a Subnet Manager without an account in its guest',
    edits: { 'function.kind': 'Physical', network: undefined, subnetManager: {} },
    says: ['must have guest beside subnetManager', 'guest.credentialsSecretRef'],
  },
  {
    why: 'a configuration file that is no path of a guest',
    edits: {
      'function.kind': 'Physical',
      network: undefined,
      guest: { credentialsSecretRef: { name: 'guest' } },
      subnetManager: { configFile: '/etc/../opensm.conf; reboot' },
    },
    says: ['spec.subnetManager.configFile: Invalid value', 'an absolute path in the guest'],
  },
  {
    why: 'a priority that OpenSM does not have',
    edits: {
      'function.kind': 'Physical',
      network: undefined,
      guest: { credentialsSecretRef: { name: 'guest' } },
      subnetManager: { priority: 16 },
    },
    says: ['spec.subnetManager.priority: Invalid value: 16', 'less than or equal to 15'],
  },
  { why: 'no port group', edits: { network: {} }, says: ['spec.network.portGroup: Required value'] },
  { why: 'an empty port group', edits: { 'network.portGroup': '' }, says: ['spec.network.portGroup: Invalid value: ""', 'at least 1'] },
  {
    why: 'a need that no port group meets',
    edits: { 'network.guestNeeds': ['Trust'] },
    says: ['spec.network.guestNeeds[0]: Unsupported value: "Trust"', '"MacAddressChanges"'],
  },
  {
    why: 'a need that is named twice',
    edits: { 'network.guestNeeds': ['VlanTags', 'VlanTags'] },
    says: ['spec.network.guestNeeds', 'name each need once'],
  },
  {
    why: 'an address with dots',
    edits: { macAddress: '0050.563f.0001' },
    says: ['spec.macAddress: Invalid value: "0050.563f.0001"', 'with colons'],
  },
  {
    why: 'a multicast address',
    edits: { macAddress: '01:50:56:3f:00:01' },
    says: ['spec.macAddress: Invalid value: "01:50:56:3f:00:01"', 'unicast', 'second hexadecimal digit is even'],
  },
  {
    why: 'the broadcast address',
    edits: { macAddress: 'ff:ff:ff:ff:ff:ff' },
    says: ['spec.macAddress: Invalid value: "ff:ff:ff:ff:ff:ff"', 'unicast'],
  },
  { why: 'the address of nobody', edits: { macAddress: '00:00:00:00:00:00' }, says: ['spec.macAddress', 'leave macAddress out'] },
  {
    why: 'a power-off that nobody defined',
    edits: { powerPolicy: { powerOff: 'Always' } },
    says: ['spec.powerPolicy.powerOff: Unsupported value: "Always"', '"GuestShutdown"'],
  },
  {
    why: 'no time at all',
    edits: { powerPolicy: { timeoutSeconds: 0 } },
    says: ['spec.powerPolicy.timeoutSeconds: Invalid value: 0', 'greater than or equal to 1'],
  },
  {
    why: 'a policy of volumes',
    edits: { deletionPolicy: 'Delete' },
    says: ['spec.deletionPolicy: Unsupported value: "Delete"', '"Detach", "Retain"'],
  },
];
