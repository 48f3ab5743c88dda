/** Hosts and attachments as the API server gives them out, for tests of what is shown of them. */
import type { Condition, SriovHost, SriovVmAttachment } from '../../../operator/api/types.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';

export const HASH = '1f0c2a9b77de';

export function condition(type: string, status: Condition['status'], reason: string, message = 'as declared'): Condition {
  return { type, status, reason, message, observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' };
}

const GOOD: readonly Condition[] = [
  condition('Ready', 'True', 'Succeeded'),
  condition('Reconciling', 'False', 'Idle'),
  condition('Stalled', 'False', 'NotStalled'),
  condition('FirmwareConfigured', 'True', 'AsDeclared'),
  condition('SoftwareInstalled', 'True', 'AsDeclared'),
];

export interface HostOptions {
  readonly name?: string;
  readonly spec?: Partial<SriovHost['spec']>;
  readonly status?: Partial<SriovHost['status']>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly generation?: number;
}

/** A host that is as declared: one adapter, port 1 with 4 of 4 virtual functions of which one is in use, port 2 with 2 of 2. */
export function host({ name = 'esx-01', spec, status, annotations, generation = 1 }: HostOptions = {}): SriovHost {
  const adapters = [
    adapterSpec('fabric0', '0000:3b:00.0', [
      { number: 1, vfs: 4 },
      { number: 2, vfs: 2 },
    ]),
  ];
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovHost',
    metadata: { name, namespace: 'fleet', uid: 'u', generation, ...(annotations === undefined ? {} : { annotations }) },
    spec: hostSpec({ adapters, ...spec }),
    status: {
      observedGeneration: 1,
      conditions: GOOD,
      progress: 'as declared',
      vfs: { desired: 6, present: 6 },
      adapters: [
        {
          name: 'fabric0',
          device: 'ConnectX-5',
          psid: 'MT_0000000080',
          firmware: { running: '16.31.1014', flashed: '16.31.1014' },
          ports: [port(1, 4, 1), port(2, 2, 0)],
        },
      ],
      ...status,
    },
  };
}

export function port(number: number, vfs: number, inUse: number) {
  return {
    number,
    pciAddress: `0000:3b:00.${number - 1}`,
    vmnic: `vmnic${number + 1}`,
    macAddress: `b8:59:9f:d0:13:0${number - 1}`,
    linkType: 'Ethernet' as const,
    linkUp: true,
    vfs: { desired: vfs, firmware: 4, configured: vfs, present: vfs, inUse },
  };
}

export function waiting(reason: string, message: string): NonNullable<SriovHost['status']>['conditions'] {
  return [
    condition('Ready', 'False', reason, message),
    condition('Reconciling', 'True', reason, message),
    condition('Stalled', 'False', 'NotStalled'),
  ];
}

export function stalled(reason: string, message: string): NonNullable<SriovHost['status']>['conditions'] {
  return [
    condition('Ready', 'False', reason, message),
    condition('Reconciling', 'False', 'Idle'),
    condition('Stalled', 'True', reason, message),
  ];
}

/** A host that waits for the approval of a plan with one restart. */
export function waitingHost(): SriovHost {
  const message = `the plan in status.plan, with one restart, waits for approval: kubectl annotate sriovhost <name> --overwrite x=${HASH}`;
  return host({
    spec: { disruption: { ...host().spec.disruption, approval: 'Required' } },
    status: {
      conditions: waiting('ApprovalRequired', message),
      progress: message,
      plan: {
        hash: HASH,
        restarts: 1,
        steps: [
          {
            kind: 'SetFirmwareParameters',
            subject: 'fabric0',
            description: 'set NUM_OF_VFS 0 -> 4',
            because: 'firmware-vfs',
            disruption: 'None',
          },
          { kind: 'WarmReboot', subject: 'host', description: 'reboot', because: 'activate', disruption: 'Restart' },
        ],
        affectedVms: ['web-01'],
      },
      journal: [
        { time: '2026-01-01T00:00:00Z', action: 'StartMst', subject: 'host', result: 'Succeeded', durationSeconds: 2, detail: 'mst start' },
      ],
    },
  });
}

export interface AttachmentOptions {
  readonly name?: string;
  readonly namespace?: string;
  readonly spec?: Partial<SriovVmAttachment['spec']>;
  readonly status?: Partial<SriovVmAttachment['status']>;
}

/** db-01 runs with a virtual function of port 1. */
export function attachment({ name = 'db-01', namespace = 'fleet', spec, status }: AttachmentOptions = {}): SriovVmAttachment {
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovVmAttachment',
    metadata: { name, namespace, uid: 'a', generation: 1 },
    spec: {
      hostRef: { name: 'esx-01', namespace: 'fleet' },
      vm: { name },
      function: { kind: 'Virtual', adapter: 'fabric0', port: 1 },
      network: { portGroup: 'VM Network' },
      powerPolicy: { powerOff: 'Never', timeoutSeconds: 300, powerOn: false },
      deletionPolicy: 'Detach',
      ...spec,
    } as SriovVmAttachment['spec'],
    status: {
      observedGeneration: 1,
      conditions: GOOD.slice(0, 3),
      progress: 'attached',
      vm: { moRef: '24', name, powerState: 'poweredOn' },
      device: {
        key: 13001,
        macAddress: '00:50:56:3f:00:01',
        physicalFunction: '0000:3b:00.0',
        virtualFunction: '0000:3b:00.2',
        portGroup: 'VM Network',
      },
      ...status,
    },
  };
}

/** An InfiniBand host: port 1 is passed through for the Subnet Manager in sm-01, port 2 has virtual functions, one of them in hpc-01. */
export function fabric(): { readonly host: SriovHost; readonly manager: SriovVmAttachment; readonly member: SriovVmAttachment } {
  const adapters = [
    adapterSpec('fabric0', '0000:3b:00.0', [
      { number: 1, vfs: 0 },
      { number: 2, vfs: 4 },
    ]),
  ];
  const whole = {
    number: 1,
    pciAddress: '0000:3b:00.0',
    linkType: 'InfiniBand' as const,
    vfs: { desired: 0, firmware: 4, present: 0, inUse: 0 },
  };
  const shared = { ...port(2, 4, 1), linkType: 'InfiniBand' as const, linkUp: false, guid: 'b8:59:9f:ff:fe:d0:13:01' };
  const passthrough = {
    adapter: 'fabric0',
    port: 1,
    pciAddress: '0000:3b:00.0',
    macAddress: 'b8:59:9f:d0:13:00',
    vmnic: 'vmnic2',
    enabledByUs: true,
    configured: true,
    active: true,
    seenActive: true,
    requestedBy: ['fleet/sm-01'],
  };
  return {
    host: host({
      name: 'esx-04',
      spec: { adapters },
      status: {
        vfs: { desired: 4, present: 4 },
        adapters: [
          { name: 'fabric0', device: 'ConnectX-6', firmware: { running: '20.31.1014', flashed: '20.31.1014' }, ports: [whole, shared] },
        ],
        passthrough: [passthrough],
      },
    }),
    manager: attachment({
      name: 'sm-01',
      spec: { hostRef: { name: 'esx-04', namespace: 'fleet' }, function: { kind: 'Physical', adapter: 'fabric0', port: 1 } },
      status: {
        conditions: [
          ...GOOD.slice(0, 3),
          condition('SubnetManagerReady', 'True', 'SubnetManagerMaster'),
          condition('LinkActive', 'True', 'LinkUp'),
        ],
        device: { key: 13000, kind: 'Physical', physicalFunction: '0000:3b:00.0' },
        link: { state: 'Active', device: 'mlx5_0/1', physicalState: 'LinkUp', guid: 'b8:59:9f:ff:fe:d0:13:00', lid: 1, smLid: 1 },
        subnetManager: { state: 'Master', priority: 10, lid: 1, serviceManagedBy: 'opensmd.service', virtEnabled: true },
      },
    }),
    member: attachment({
      name: 'hpc-01',
      spec: { hostRef: { name: 'esx-04', namespace: 'fleet' }, function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } },
      status: {
        conditions: [
          ...GOOD.slice(0, 3),
          condition('SubnetManagerReady', 'True', 'SubnetManagerMaster'),
          condition('LinkActive', 'True', 'LinkUp'),
        ],
        device: {
          key: 13000,
          macAddress: '00:50:56:3f:00:02',
          guid: '00:50:56:ff:fe:3f:00:02',
          physicalFunction: '0000:3b:00.1',
          virtualFunction: '0000:3b:02.2',
          portGroup: 'VM Network',
        },
        link: { state: 'Active', device: 'mlx5_0/1', lid: 2, smLid: 1 },
      },
    }),
  };
}
