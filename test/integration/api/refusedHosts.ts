/** Hosts that must be refused, and what the API server must say: field, value where it is a single one, and remedy. */
import type { Edits } from './objects.ts';

export interface RefusedCase {
  readonly why: string;
  readonly edits: Edits;
  /** Parts of the message that all must be there. */
  readonly says: readonly string[];
}

const IMAGE = { path: '/vmfs/volumes/ds1/fw.bin', sha256: '0'.repeat(64) };
const vsphere = (more: Readonly<Record<string, string>>): Edits => ({
  vsphere: { server: 'vc', credentialsSecretRef: { name: 'vc' }, ...more },
});
const refusedSystem = (why: string, systemUrl: string): RefusedCase => ({
  why: `BMC: ${why}`,
  edits: { bmc: { systemUrl, credentialsSecretRef: { name: 'bmc' } } },
  says: [`spec.bmc.systemUrl: Invalid value: "${systemUrl}"`, 'open /redfish/v1/Systems on the BMC'],
});
const adapters = (...selectors: readonly Readonly<Record<string, string>>[]): Edits => ({
  adapters: selectors.map((selector, index) => ({ name: `a${index}`, selector, ports: [{ number: 1, vfs: 1 }] })),
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

export const refusedContents: readonly RefusedCase[] = [
  {
    why: 'a package from nowhere',
    edits: { software: [{ name: 'mft', minVersion: '4', source: {} }] },
    says: ['spec.software[0].source: Invalid value', 'set exactly one of vib and depot'],
  },
  {
    why: 'a package from two places',
    edits: { software: [{ name: 'mft', minVersion: '4', source: { vib: '/a.vib', depot: '/a.zip' } }] },
    says: ['spec.software[0].source: Invalid value', 'vib for a .vib file, depot for an offline bundle'],
  },
  {
    why: 'a path that depends on where one is',
    edits: { software: [{ name: 'mft', minVersion: '4', source: { vib: 'mft.vib' } }] },
    says: ['spec.software[0].source.vib: Invalid value: "mft.vib"', '/vmfs/volumes/datastore1/nmst.vib'],
  },
  {
    why: 'nobody can check the sum of a URL on the host',
    edits: { software: [{ name: 'mft', minVersion: '4', source: { vib: 'https://x/mft.vib', sha256: 'a'.repeat(64) } }] },
    says: ['spec.software[0].source.sha256', 'put the file on a datastore'],
  },
  {
    why: 'a version with a v',
    edits: { software: [{ name: 'mft', minVersion: 'v4.22', source: { vib: '/mft.vib' } }] },
    says: ['spec.software[0].minVersion: Invalid value: "v4.22"', 'it begins with a digit'],
  },
  {
    why: 'a name with a shell in it',
    edits: { software: [{ name: 'mft; reboot', minVersion: '4', source: { vib: '/mft.vib' } }] },
    says: ['spec.software[0].name: Invalid value: "mft; reboot"', 'esxcli software vib list'],
  },
  {
    why: 'the same package twice',
    edits: { software: ['1', '2'].map((minVersion) => ({ name: 'mft', minVersion, source: { vib: '/mft.vib' } })) },
    says: ['spec.software[1]: Duplicate value', '"name":"mft"'],
  },
  { why: 'no adapter', edits: { adapters: [] }, says: ['spec.adapters: Invalid value: 0', 'at least 1'] },
  {
    why: 'two adapters of one name',
    edits: { adapters: ['vmnic1', 'vmnic2'].map((vmnic) => ({ name: 'a', selector: { vmnic }, ports: [{ number: 1, vfs: 1 }] })) },
    says: ['spec.adapters[1]: Duplicate value', '"name":"a"'],
  },
  {
    why: 'one address for two adapters, whatever its case',
    edits: adapters({ macAddress: 'b8:59:9f:aa:bb:cc' }, { macAddress: 'B8:59:9F:AA:BB:CC' }),
    says: ['spec.adapters: Invalid value', 'must not select two adapters by the same macAddress', 'list both of its ports there'],
  },
  {
    why: 'one PCI address for two adapters',
    edits: adapters({ pciAddress: '0000:3b:00.0' }, { vmnic: 'vmnic1' }, { pciAddress: '0000:3b:00.0' }),
    says: ['spec.adapters: Invalid value', 'by the same pciAddress'],
  },
  {
    why: 'one uplink for two adapters',
    edits: adapters({ vmnic: 'vmnic1' }, { vmnic: 'vmnic1' }),
    says: ['spec.adapters: Invalid value', 'by the same vmnic'],
  },
  {
    why: 'an adapter by nothing',
    edits: adapters({}),
    says: ['spec.adapters[0].selector: Invalid value', 'set exactly one of macAddress, pciAddress and vmnic'],
  },
  {
    why: 'an adapter by two things',
    edits: adapters({ vmnic: 'vmnic1', pciAddress: '0000:3b:00.0' }),
    says: ['spec.adapters[0].selector: Invalid value', 'set exactly one of macAddress'],
  },
  {
    why: 'an address with dashes',
    edits: adapters({ macAddress: 'b8-59-9f-aa-bb-cc' }),
    says: ['spec.adapters[0].selector.macAddress: Invalid value: "b8-59-9f-aa-bb-cc"', 'with colons'],
  },
  {
    why: 'an address with seven octets',
    edits: adapters({ macAddress: 'b8:59:9f:aa:bb:cc:dd' }),
    says: ['"b8:59:9f:aa:bb:cc:dd"', 'write six octets'],
  },
  {
    why: 'a PCI address as mst prints it',
    edits: adapters({ pciAddress: '3b:00.0' }),
    says: ['spec.adapters[0].selector.pciAddress: Invalid value: "3b:00.0"', 'for example 0000:3b:00.0'],
  },
  { why: 'a PCI address in capitals', edits: adapters({ pciAddress: '0000:3B:00.0' }), says: ['"0000:3B:00.0"', 'lower-case hexadecimal'] },
  {
    why: 'device 20 in hexadecimal does not exist on a bus',
    edits: adapters({ pciAddress: '0000:3b:20.0' }),
    says: ['"0000:3b:20.0"', 'segment:bus:device.function'],
  },
  {
    why: 'a name of Linux',
    edits: adapters({ vmnic: 'eth0' }),
    says: ['spec.adapters[0].selector.vmnic: Invalid value: "eth0"', 'for example vmnic4'],
  },
  {
    why: 'an adapter name with capitals',
    edits: { 'adapters.0.name': 'Fabric0' },
    says: ['spec.adapters[0].name: Invalid value: "Fabric0"', 'lower-case letters'],
  },
  { why: 'an adapter without ports', edits: { 'adapters.0.ports': [] }, says: ['spec.adapters[0].ports: Invalid value: 0', 'at least 1'] },
  {
    why: 'ports count from 1',
    edits: { 'adapters.0.ports.0.number': 0 },
    says: ['spec.adapters[0].ports[0].number: Invalid value: 0', 'greater than or equal to 1'],
  },
  {
    why: 'no ConnectX has a third port',
    edits: { 'adapters.0.ports.0.number': 3 },
    says: ['spec.adapters[0].ports[0].number: Invalid value: 3', 'less than or equal to 2'],
  },
  {
    why: 'the same port twice',
    edits: {
      'adapters.0.ports': [
        { number: 1, vfs: 1 },
        { number: 1, vfs: 2 },
      ],
    },
    says: ['spec.adapters[0].ports[1]: Duplicate value', '"number":1'],
  },
  {
    why: 'fewer than no virtual functions',
    edits: { 'adapters.0.ports.0.vfs': -1 },
    says: ['spec.adapters[0].ports[0].vfs: Invalid value: -1'],
  },
  { why: 'half a virtual function', edits: { 'adapters.0.ports.0.vfs': 1.5 }, says: ['spec.adapters[0].ports[0].vfs', 'integer'] },
  {
    why: 'a link type by its short name',
    edits: { 'adapters.0.ports.0.linkType': 'IB' },
    says: ['spec.adapters[0].ports[0].linkType: Unsupported value: "IB"', '"Ethernet", "InfiniBand"'],
  },
  {
    why: 'firmware with fewer virtual functions than a port',
    edits: { 'adapters.0.firmwareVfs': 4 },
    says: ['spec.adapters[0].firmwareVfs', 'must not be less than the vfs of a port', 'leave firmwareVfs out'],
  },
  {
    why: 'a firmware version with two numbers',
    edits: { 'adapters.0.firmware': { version: '16.35', image: IMAGE } },
    says: ['spec.adapters[0].firmware.version: Invalid value: "16.35"', 'for example 16.35.4030'],
  },
  {
    why: 'an image off the datastores',
    edits: { 'adapters.0.firmware': { version: '16.35.4030', image: { ...IMAGE, path: '/tmp/fw.bin' } } },
    says: ['spec.adapters[0].firmware.image.path: Invalid value: "/tmp/fw.bin"', '/vmfs/volumes/<datastore>/<file>'],
  },
  {
    why: 'an image without its sum',
    edits: { 'adapters.0.firmware': { version: '16.35.4030', image: { path: IMAGE.path } } },
    says: ['spec.adapters[0].firmware.image.sha256: Required value'],
  },
  {
    why: 'a sum in capitals',
    edits: { 'adapters.0.firmware': { version: '16.35.4030', image: { ...IMAGE, sha256: 'AB'.repeat(32) } } },
    says: ['spec.adapters[0].firmware.image.sha256: Invalid value', '64 lower-case hexadecimal digits'],
  },
  {
    why: 'a parameter in small letters',
    edits: { 'adapters.0.parameters': { roce_control: '2' } },
    says: ['spec.adapters[0].parameters: Invalid value', "'roce_control' is not the name", 'for example ROCE_CONTROL'],
  },
  {
    why: 'a value as mlxconfig prints it',
    edits: { 'adapters.0.parameters': { UEFI_HII_EN: 'True(1)' } },
    says: ['the value of UEFI_HII_EN', 'not "True(1)"'],
  },
  {
    why: 'a value with a shell in it',
    edits: { 'adapters.0.parameters': { ROCE_CONTROL: '2; reboot' } },
    says: ['the value of ROCE_CONTROL', 'write a number or a word'],
  },
  {
    why: 'a parameter that follows from other fields',
    edits: { 'adapters.0.parameters': { SRIOV_EN: 'True' } },
    says: ['SRIOV_EN follows from ports and firmwareVfs', 'remove it here'],
  },
  {
    why: 'a value that is no string',
    edits: { 'adapters.0.parameters': { ROCE_CONTROL: 2 } },
    says: ['spec.adapters[0].parameters.ROCE_CONTROL', 'must be of type string'],
  },
  {
    why: 'a wish for more than Block',
    edits: { disruption: { runningVms: 'PowerOff' } },
    says: ['spec.disruption.runningVms: Unsupported value: "PowerOff"', '"Block"'],
  },
  {
    why: 'restarts without end',
    edits: { disruption: { maxRestarts: 21 } },
    says: ['spec.disruption.maxRestarts: Invalid value: 21', 'less than or equal to 20'],
  },
  {
    why: 'a duration as text',
    edits: { disruption: { restartTimeoutSeconds: '30m' } },
    says: ['spec.disruption.restartTimeoutSeconds', 'must be of type integer'],
  },
  {
    why: 'a mode that does not exist',
    edits: { mode: 'DryRun' },
    says: ['spec.mode: Unsupported value: "DryRun"', '"Enforce", "Observe"'],
  },
];
