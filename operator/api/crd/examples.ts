/** One complete example for each kind: shown in docs/api.md and sent to a real API server by a test. */
import { API_VERSION } from '../group.ts';

const HOST = {
  apiVersion: API_VERSION,
  kind: 'SriovHost',
  metadata: { name: 'esx-01', namespace: 'sriov' },
  spec: {
    esxi: {
      address: 'esx-01.example.com',
      credentialsSecretRef: { name: 'esx-01' },
      hostKeyFingerprints: ['SHA256:uNiVztksCsDhcc0u9e8BrrQb3mYkIe6jgTiLEsExgPo'],
    },
    vsphere: {
      server: 'vcenter.example.com',
      credentialsSecretRef: { name: 'vcenter' },
      certificateFingerprint: '3f1c4c3a0f1de1b0a97f4be9f3f4c5a4f4f0a8f6f7f1f7a0c9d2b1a0e5d4c3b2',
    },
    bmc: {
      systemUrl: 'https://bmc-01.example.com/redfish/v1/Systems/System.Embedded.1',
      credentialsSecretRef: { name: 'bmc-01' },
      certificateFingerprint: '9A:0E:5D:4C:3B:21:F1:C4:C3:A0:F1:DE:1B:0A:97:F4:BE:9F:3F:4C:5A:4F:4F:0A:8F:6F:7F:1F:7A:0C:9D:2B',
    },
    software: [
      { name: 'nmlx5-core', minVersion: '4.22.73.1004', source: { depot: '/vmfs/volumes/datastore1/nvidia-nmlx5.zip' } },
      { name: 'nmst', minVersion: '4.22.1.11', source: { vib: '/vmfs/volumes/datastore1/nmst.vib' } },
      { name: 'mft', minVersion: '4.22.1.11', source: { vib: '/vmfs/volumes/datastore1/mft.vib' } },
    ],
    adapters: [
      {
        name: 'fabric0',
        selector: { macAddress: 'b8:59:9f:aa:bb:cc' },
        firmware: {
          version: '16.35.4030',
          image: {
            path: '/vmfs/volumes/datastore1/fw-ConnectX5-rel-16_35_4030.bin',
            sha256: '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8',
          },
        },
        firmwareVfs: 16,
        parameters: { ROCE_CONTROL: '2' },
        ports: [
          { number: 1, linkType: 'Ethernet', vfs: 8 },
          { number: 2, linkType: 'InfiniBand', vfs: 2 },
        ],
      },
    ],
    disruption: { approval: 'Required', runningVms: 'Block', maxRestarts: 4 },
    attachments: { from: 'All' },
    mode: 'Enforce',
  },
};

const ATTACHMENT = {
  apiVersion: API_VERSION,
  kind: 'SriovVmAttachment',
  metadata: { name: 'db-01-fabric0', namespace: 'tenant-a' },
  spec: {
    hostRef: { name: 'esx-01', namespace: 'sriov' },
    vm: { inventoryPath: '/dc1/vm/tenant-a/db-01' },
    function: { adapter: 'fabric0', port: 1 },
    network: { portGroup: 'VM Network' },
    macAddress: '00:50:56:3f:00:01',
    guestMtuChange: true,
    powerPolicy: { powerOff: 'GuestShutdown', timeoutSeconds: 300, powerOn: false },
    deletionPolicy: 'Detach',
  },
};

export const EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { SriovHost: HOST, SriovVmAttachment: ATTACHMENT };
