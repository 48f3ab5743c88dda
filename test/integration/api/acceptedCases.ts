/** Objects that users write and that must pass. */
import type { Edits } from './objects.ts';

export interface AcceptedCase {
  readonly why: string;
  readonly edits: Edits;
}

const bmc = (systemUrl: string): Edits => ({ bmc: { systemUrl, credentialsSecretRef: { name: 'bmc-01' } } });
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

export const acceptedHosts: readonly AcceptedCase[] = [
  { why: 'the smallest host', edits: {} },
  {
    why: 'BIOS attributes as vendors name them',
    edits: {
      bmc: {
        systemUrl: 'https://bmc-01.example.com/redfish/v1/Systems/1',
        credentialsSecretRef: { name: 'bmc-01' },
        biosAttributes: { DevicesandIOPorts_SRIOV: 'Enabled', 'SR-IOVSupport#0058': 'Enabled', AcPwrRcvryUserDelay: '90' },
        recoveryKeyEscrowed: true,
      },
    },
  },
  {
    why: 'denied cards by each of their properties, with a reason',
    edits: {
      adapterDenyList: [
        { macAddress: 'b8:59:9f:aa:bb:dd', why: 'carries the storage' },
        { pciAddress: '0000:3b:00.0' },
        { psid: 'DEL*' },
        { deviceName: '*[ConnectX-4 Lx]' },
      ],
      installOnImageManagedHost: true,
    },
  },
  { why: 'a host by IPv4 address', edits: { 'esxi.address': '192.0.2.10' } },
  { why: 'a host by IPv6 address', edits: { 'esxi.address': '2001:db8::10' } },
  { why: 'a host by short name with an underscore, which some sites have', edits: { 'esxi.address': 'esx_01' } },
  {
    why: 'two host keys, for a rotation',
    edits: {
      'esxi.trustOnFirstUse': undefined,
      'esxi.hostKeyFingerprints': [
        'SHA256:uNiVztksCsDhcc0u9e8BrrQb3mYkIe6jgTiLEsExgPo',
        'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
      ],
    },
  },
  {
    why: 'trustOnFirstUse may be false beside fingerprints',
    edits: { 'esxi.trustOnFirstUse': false, 'esxi.hostKeyFingerprints': ['SHA256:uNiVztksCsDhcc0u9e8BrrQb3mYkIe6jgTiLEsExgPo'] },
  },
  { why: 'the system URL of Dell', edits: bmc('https://192.0.2.20/redfish/v1/Systems/System.Embedded.1') },
  { why: 'the system URL of HPE, Supermicro and Lenovo', edits: bmc('https://bmc-01.example.com/redfish/v1/Systems/1') },
  { why: 'HPE prints it with a slash at the end', edits: bmc('https://bmc-01.example.com/redfish/v1/Systems/1/') },
  { why: 'the system URL of sushy-tools', edits: bmc('http://127.0.0.1:8000/redfish/v1/Systems/c7a5fdbd-cdaf-9455-926a-d65c16db1809') },
  { why: 'a BMC by IPv6 address and port', edits: bmc('https://[2001:db8::20]:8443/redfish/v1/Systems/Self') },
  {
    why: 'a vCenter with a pinned certificate as openssl prints it',
    edits: {
      vsphere: { server: 'vcenter.example.com:443', credentialsSecretRef: { name: 'vc' }, certificateFingerprint: `${'AB:'.repeat(31)}CD` },
    },
  },
  {
    why: 'a vCenter with its own authority',
    edits: { vsphere: { server: '[2001:db8::5]:443', credentialsSecretRef: { name: 'vc' }, caBundle: PEM } },
  },
  {
    why: 'packages from a datastore and from the web',
    edits: {
      software: [
        {
          name: 'nmst',
          minVersion: '4.22.1.11-1OEM.703.0.0.18434556',
          source: { vib: '/vmfs/volumes/ds1/nmst.vib', sha256: 'ab'.repeat(32) },
        },
        { name: 'nmlx5-core', minVersion: '4.16.10-3', source: { depot: 'https://mirror.example.com/driver.zip' } },
      ],
    },
  },
  {
    why: 'two dual-port adapters, mixed link types, no virtual function on one port',
    edits: {
      adapters: [
        {
          name: 'a',
          selector: { pciAddress: '0000:3b:00.0' },
          ports: [
            { number: 1, linkType: 'Ethernet', vfs: 16 },
            { number: 2, linkType: 'InfiniBand', vfs: 0 },
          ],
        },
        { name: 'b', selector: { vmnic: 'vmnic4' }, firmwareVfs: 32, ports: [{ number: 2, vfs: 32 }] },
      ],
    },
  },
  {
    why: 'firmware with its image, parameters with an index and with words',
    edits: {
      'adapters.0.firmware': {
        version: '16.35.4030',
        image: { path: '/vmfs/volumes/ds 1/fw.bin', sha256: '0'.repeat(64) },
        allowDowngrade: true,
      },
      'adapters.0.parameters': { ROCE_CONTROL: '2', EXP_ROM_UEFI_x86_ENABLE: 'True', 'HOST_CHAINING_DESCRIPTORS[0]': '0x10' },
    },
  },
  {
    why: 'firmware from a URL with a query',
    edits: {
      'adapters.0.firmware': {
        version: '16.35.4030',
        image: {
          url: 'https://files.example.com:8443/fw%20x.bin?token=a',
          stagingPath: '/vmfs/volumes/ds 1/sriov',
          sha256: '0'.repeat(64),
        },
      },
    },
  },
  { why: 'a host that may never be restarted', edits: { disruption: { approval: 'Required', maxRestarts: 0 } } },
  {
    why: 'an InfiniBand port on a subnet of its own name',
    edits: { 'adapters.0.ports': [{ number: 1, vfs: 8, linkType: 'InfiniBand', subnet: 'fabric-a' }] },
  },
  { why: 'a host to look at only', edits: { mode: 'Observe', attachments: { from: 'All' } } },
];

export const acceptedAttachments: readonly AcceptedCase[] = [
  {
    why: 'everything that a guest may need of its port group',
    edits: { 'network.guestNeeds': ['MacAddressChanges', 'ForgedTransmits', 'PromiscuousMode', 'VlanTags'] },
  },
  { why: 'the smallest attachment', edits: {} },
  {
    why: 'a Subnet Manager: a whole port, and root in the guest',
    edits: {
      'function.kind': 'Physical',
      network: undefined,
      guest: { credentialsSecretRef: { name: 'sm-01-root' } },
      subnetManager: { priority: 15, configFile: '/etc/opensm/opensm.conf', program: '/opt/ufm/opensm/sbin/opensm' },
    },
  },
  {
    why: 'a whole physical function: no port group, no address',
    edits: { 'function.kind': 'Physical', 'function.port': 2, network: undefined },
  },
  { why: 'a virtual function by its name', edits: { 'function.kind': 'Virtual' } },
  { why: 'a link that is looked at from inside', edits: { guest: { credentialsSecretRef: { name: 'hpc-01' } } } },
  { why: 'a VM by path with spaces and more than ASCII', edits: { vm: { inventoryPath: '/dc 1/vm/Prüfstand/db 01' } } },
  { why: 'a VM by UUID in capitals', edits: { vm: { instanceUuid: '5029A5F0-0F4B-4A3B-9C3D-0123456789AB' } } },
  { why: 'a VM by reference on a vCenter', edits: { vm: { moRef: 'vm-42' } } },
  { why: 'a VM by reference on a host', edits: { vm: { moRef: '7' } } },
  { why: 'a host in another namespace', edits: { 'hostRef.namespace': 'fabric' } },
  { why: 'a static address in the range of VMware', edits: { macAddress: '00:50:56:3F:00:01' } },
  { why: 'a locally administered address', edits: { macAddress: '02:00:00:00:00:01' } },
  {
    why: 'everything allowed',
    edits: {
      guestMtuChange: true,
      powerPolicy: { powerOff: 'GuestShutdownThenPowerOff', timeoutSeconds: 3600, powerOn: true },
      deletionPolicy: 'Retain',
    },
  },
];
