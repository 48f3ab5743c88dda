/** Hosts that must be refused for how they are reached: SSH, vSphere, BMC. */
import type { Edits } from './objects.ts';
import type { RefusedCase } from './refusedCase.ts';

const vsphere = (more: Readonly<Record<string, string>>): Edits => ({
  vsphere: { server: 'vc', credentialsSecretRef: { name: 'vc' }, ...more },
});
const refusedSystem = (why: string, systemUrl: string): RefusedCase => ({
  why: `BMC: ${why}`,
  edits: { bmc: { systemUrl, credentialsSecretRef: { name: 'bmc' } } },
  says: [`spec.bmc.systemUrl: Invalid value: "${systemUrl}"`, 'open /redfish/v1/Systems on the BMC'],
});

export const refusedAccess: readonly RefusedCase[] = [
  { why: 'no spec.esxi', edits: { esxi: undefined }, says: ['spec.esxi: Required value'] },
  {
    why: 'a URL is no address',
    edits: { 'esxi.address': 'https://esx-01.example.com/ui' },
    says: ['spec.esxi.address: Invalid value: "https://esx-01.example.com/ui"', 'leave out https://'],
  },
  {
    why: 'the port has its own field',
    edits: { 'esxi.address': 'esx-01:22' },
    says: ['spec.esxi.address: Invalid value: "esx-01:22"', 'port'],
  },
  { why: 'the user comes from the Secret', edits: { 'esxi.address': 'root@esx-01' }, says: ['"root@esx-01"', 'leave out https://, user'] },
  { why: 'an IPv4 address with 300', edits: { 'esxi.address': '192.0.2.300' }, says: ['"192.0.2.300"', 'check its numbers'] },
  { why: 'an IPv6 address with two gaps', edits: { 'esxi.address': '2001::db8::1' }, says: ['"2001::db8::1"', 'check its numbers'] },
  { why: 'port 0', edits: { 'esxi.sshPort': 0 }, says: ['spec.esxi.sshPort: Invalid value: 0', 'greater than or equal to 1'] },
  { why: 'port 65536', edits: { 'esxi.sshPort': 65536 }, says: ['spec.esxi.sshPort: Invalid value: 65536', 'less than or equal to 65535'] },
  {
    why: 'a misspelled field is not dropped in silence',
    edits: { 'esxi.adress': 'esx-01' },
    says: ['unknown field "spec.esxi.adress"'],
  },
  {
    why: 'neither a host key nor trust on first use',
    edits: { 'esxi.trustOnFirstUse': undefined },
    says: ['spec.esxi: Invalid value', 'set either hostKeyFingerprints', 'ssh-keygen -lf'],
  },
  {
    why: 'an empty list of host keys is none',
    edits: { 'esxi.trustOnFirstUse': false, 'esxi.hostKeyFingerprints': [] },
    says: ['spec.esxi: Invalid value', 'set either hostKeyFingerprints'],
  },
  {
    why: 'both a host key and trust on first use',
    edits: { 'esxi.hostKeyFingerprints': ['SHA256:uNiVztksCsDhcc0u9e8BrrQb3mYkIe6jgTiLEsExgPo'] },
    says: ['spec.esxi: Invalid value', 'or trustOnFirstUse: true'],
  },
  {
    why: 'an MD5 fingerprint',
    edits: { 'esxi.trustOnFirstUse': undefined, 'esxi.hostKeyFingerprints': ['MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48'] },
    says: ['spec.esxi.hostKeyFingerprints[0]: Invalid value: "MD5:16:27', 'write SHA256: and the 43 characters'],
  },
  {
    why: 'a Secret with capitals cannot exist',
    edits: { 'esxi.credentialsSecretRef.name': 'Esx_01' },
    says: ['spec.esxi.credentialsSecretRef.name: Invalid value: "Esx_01"', 'lower-case letters, digits'],
  },
  {
    why: 'a vCenter with https://',
    edits: vsphere({ server: 'https://vc' }),
    says: ['spec.vsphere.server: Invalid value: "https://vc"', 'without https:// and path'],
  },
  {
    why: 'a vCenter with /sdk',
    edits: vsphere({ server: 'vc/sdk' }),
    says: ['spec.vsphere.server: Invalid value: "vc/sdk"', 'name or name:port'],
  },
  {
    why: 'a SHA-1 fingerprint of a certificate',
    edits: vsphere({ certificateFingerprint: `${'AB:'.repeat(19)}CD` }),
    says: ['spec.vsphere.certificateFingerprint: Invalid value', 'openssl x509 -noout -fingerprint -sha256'],
  },
  {
    why: 'two ways to verify contradict each other',
    edits: vsphere({ certificateFingerprint: 'ab'.repeat(32), caBundle: '-----BEGIN CERTIFICATE-----' }),
    says: ['spec.vsphere: Invalid value', 'set at most one of certificateFingerprint and caBundle'],
  },
  {
    why: 'a file name is no bundle',
    edits: vsphere({ caBundle: '/etc/ssl/ca.pem' }),
    says: ['spec.vsphere.caBundle: Invalid value: "/etc/ssl/ca.pem"', '-----BEGIN CERTIFICATE-----'],
  },
  {
    why: 'a private key has no place in a spec',
    edits: vsphere({ caBundle: '-----BEGIN CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\n' }),
    says: ['spec.vsphere.caBundle', 'take the private key out'],
  },
  refusedSystem('only its name', 'bmc-01.example.com'),
  refusedSystem('the collection, not a member', 'https://bmc-01/redfish/v1/Systems'),
  refusedSystem('the collection with a slash', 'https://bmc-01/redfish/v1/Systems/'),
  refusedSystem('an action below the system', 'https://bmc-01/redfish/v1/Systems/1/Actions/ComputerSystem.Reset'),
  refusedSystem('the chassis', 'https://bmc-01/redfish/v1/Chassis/1'),
  refusedSystem('the protocol of IPMI', 'ipmi://bmc-01/redfish/v1/Systems/1'),
  refusedSystem('credentials in the URL', 'https://root:secret@bmc-01/redfish/v1/Systems/1'),
  refusedSystem('a query', 'https://bmc-01/redfish/v1/Systems/1?x=1'),
  refusedSystem('a space', 'https://bmc-01/redfish/v1/Systems/System 1'),
];
