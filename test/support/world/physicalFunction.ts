/** Attachments of kind Physical, as a host sees them. */
import type { SriovVmAttachment } from '../../../operator/api/types.ts';
import type { FakeCluster } from '../fakes/cluster.ts';

export interface Asked {
  readonly name?: string;
  readonly namespace?: string;
  readonly adapter?: string;
  readonly port?: number;
  readonly metadata?: Partial<SriovVmAttachment['metadata']>;
  readonly status?: SriovVmAttachment['status'];
}

export function physicalAttachment({
  name = 'sm',
  namespace = 'lab',
  adapter = 'a',
  port = 1,
  metadata,
  status,
}: Asked = {}): SriovVmAttachment {
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovVmAttachment',
    metadata: { name, namespace, uid: `uid-${name}`, generation: 1, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: {
      hostRef: { name: 'esx-01', namespace: 'lab' },
      vm: { name },
      function: { kind: 'Physical', adapter, port },
      powerPolicy: { powerOff: 'PowerOff', timeoutSeconds: 300, powerOn: false },
      deletionPolicy: 'Detach',
    },
    ...(status === undefined ? {} : { status }),
  };
}

export function ask(cluster: FakeCluster, asked: Asked = {}): void {
  cluster.put('SriovVmAttachment', physicalAttachment(asked));
}

export function withdraw(cluster: FakeCluster, key = 'lab/sm'): void {
  cluster.objects.SriovVmAttachment.delete(key);
}
