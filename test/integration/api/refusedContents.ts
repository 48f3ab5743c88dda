/** Hosts that must be refused for what they shall be: packages, adapters, firmware, policies. */
import type { Edits } from './objects.ts';
import type { RefusedCase } from './refusedCase.ts';

const BMC = { systemUrl: 'https://bmc-01.example.com/redfish/v1/Systems/1', credentialsSecretRef: { name: 'bmc-01' } };
const IMAGE = { path: '/vmfs/volumes/ds1/fw.bin', sha256: '0'.repeat(64) };
const BY_URL = { url: 'https://files.example.com/fw.bin', stagingPath: '/vmfs/volumes/ds1' };
const adapters = (...selectors: readonly Readonly<Record<string, string>>[]): Edits => ({
  adapters: selectors.map((selector, index) => ({ name: `a${index}`, selector, ports: [{ number: 1, vfs: 1 }] })),
});

export const refusedContents: readonly RefusedCase[] = [
  {
    why: 'a card that is declared and denied by the same address, however it is written',
    edits: { adapterDenyList: [{ macAddress: 'B8:59:9F:AA:BB:CC' }] },
    says: ['spec.adapterDenyList: Invalid value', 'selects by the same macAddress', 'remove one of the two'],
  },
  {
    why: 'a denied card by two of its properties',
    edits: { adapterDenyList: [{ psid: 'DEL*', deviceName: '*' }] },
    says: ['spec.adapterDenyList[0]: Invalid value', 'set exactly one of macAddress, pciAddress, psid and deviceName'],
  },
  {
    why: 'a denied board by something that is no PSID',
    edits: { adapterDenyList: [{ psid: 'ConnectX-5' }] },
    says: ['spec.adapterDenyList[0].psid: Invalid value: "ConnectX-5"', 'a PSID as flint prints it'],
  },
  {
    why: 'a BIOS attribute with a path in its name',
    edits: { bmc: { ...BMC, biosAttributes: { 'Bios/SriovGlobalEnable': 'Enabled' } } },
    says: ["'Bios/SriovGlobalEnable' is not the name of a BIOS attribute", 'for example SriovGlobalEnable'],
  },
  {
    why: 'a BIOS value that YAML took for a boolean',
    edits: { bmc: { ...BMC, biosAttributes: { NumLock: true } } },
    says: ['spec.bmc.biosAttributes.NumLock: Invalid value: "boolean"', 'must be of type string'],
  },
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
    why: 'an image from two places',
    edits: { 'adapters.0.firmware': { version: '16.35.4030', image: { ...IMAGE, ...BY_URL } } },
    says: ['spec.adapters[0].firmware.image', 'set exactly one of path and url'],
  },
  {
    why: 'an image from nowhere',
    edits: { 'adapters.0.firmware': { version: '16.35.4030', image: { sha256: IMAGE.sha256 } } },
    says: ['spec.adapters[0].firmware.image', 'set exactly one of path and url'],
  },
  {
    why: 'an image from a URL without a place for its copy',
    edits: { 'adapters.0.firmware': { version: '16.35.4030', image: { url: BY_URL.url, sha256: IMAGE.sha256 } } },
    says: ['spec.adapters[0].firmware.image.stagingPath', 'must be set with url'],
  },
  {
    why: 'a place for a copy that is never made',
    edits: { 'adapters.0.firmware': { version: '16.35.4030', image: { ...IMAGE, stagingPath: BY_URL.stagingPath } } },
    says: ['spec.adapters[0].firmware.image.stagingPath', 'leave it out with path'],
  },
  {
    why: 'a URL with a password',
    edits: {
      'adapters.0.firmware': {
        version: '16.35.4030',
        image: { ...BY_URL, url: 'https://me:secret@files.example.com/fw.bin', sha256: IMAGE.sha256 },
      },
    },
    says: ['spec.adapters[0].firmware.image.url: Invalid value', 'without user, password and fragment'],
  },
  {
    why: 'a copy on the RAM disk, which a restart empties',
    edits: { 'adapters.0.firmware': { version: '16.35.4030', image: { ...BY_URL, stagingPath: '/tmp', sha256: IMAGE.sha256 } } },
    says: ['spec.adapters[0].firmware.image.stagingPath: Invalid value: "/tmp"', '/vmfs/volumes/<datastore>'],
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
    edits: { disruption: { runningVms: 'Suspend' } },
    says: ['spec.disruption.runningVms: Unsupported value: "Suspend"', '"Block", "Evacuate", "PowerOff"'],
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
