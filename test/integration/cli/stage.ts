/** The lab with two hosts and a VM: one host waits for an approval, one declares an adapter that it does not have. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimHost } from '../../simulator/fleet.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { type Lab, startLab } from '../../support/lab/lab.ts';
import { attachmentManifest, credentialManifests, hostManifest, type Manifest, namespaceManifest } from '../../support/lab/manifests.ts';

export const NAMESPACE = 'fleet';

export interface Stage {
  readonly lab: Lab;
  readonly hosts: Readonly<Record<'esx-01' | 'esx-02', SimHost>>;
  /** What was applied for esx-01, with its Secrets. */
  readonly manifests: readonly object[];
  /** Flags that come with every call: an administrator in the namespace of the hosts. */
  readonly admin: readonly string[];
  /** A kubeconfig for a service account with just these rules, cluster-wide. */
  userWith(name: string, rules: readonly object[]): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Of the simulated restarts, in milliseconds. */
const DURATIONS = { shutdown: 30, boot: 120, hostd: 0, burn: 20 };

const ADAPTER = {
  name: 'fabric0',
  selector: { pciAddress: '0000:3b:00.0' },
  ports: [
    { number: 1, vfs: 8 },
    { number: 2, vfs: 4 },
  ],
};

/** Resolves once the operator has looked at every object. */
export async function startStage(): Promise<Stage> {
  const lab = await startLab();
  const world = {
    profile: { esxi: '7.0u3', tools: 'withMft' },
    adapters: [{ model: connectX5En }],
    bmc: true,
    durations: DURATIONS,
  } as const;
  const first = await lab.fleet.addHost({ ...world, name: 'esx-01' });
  const second = await lab.fleet.addHost({ ...world, name: 'esx-02' });
  lab.vsphere.inventory.addVm({ name: 'db-01', hostId: first.world.id });
  const spec = { adapters: [ADAPTER], disruption: { approval: 'Required' } };
  const missing = { adapters: [{ ...ADAPTER, selector: { pciAddress: '0000:af:00.0' } }] };
  const manifests = [...credentialManifests(NAMESPACE, first), manifest(lab, first, spec)];
  await lab.apply(namespaceManifest(NAMESPACE));
  await lab.apply(
    ...manifests,
    ...credentialManifests(NAMESPACE, second),
    manifest(lab, second, missing),
    attachmentManifest({ namespace: NAMESPACE, name: 'db-01', host: 'esx-01', spec: { powerPolicy: { powerOn: true } } }),
  );
  const expected = { type: 'Ready', status: 'False' } as const;
  // The first plan starts mst and sees no firmware yet; the one that it leads to has the restart.
  await lab.observer.until('SriovHost', `${NAMESPACE}/esx-01`, (host) => host?.status?.plan?.restarts === 1, {
    what: 'a plan with its restart',
  });
  await lab.observer.untilCondition('SriovHost', `${NAMESPACE}/esx-02`, { ...expected, reason: 'AdapterNotFound' });
  await lab.observer.until(
    'SriovVmAttachment',
    `${NAMESPACE}/db-01`,
    (vm) => vm?.status?.progress?.includes('has no virtual functions') === true,
  );
  return {
    lab,
    hosts: { 'esx-01': first, 'esx-02': second },
    manifests,
    admin: [`--kubeconfig=${lab.api.kubeconfigPath}`, '-n', NAMESPACE],
    userWith: async (name, rules) => await userWith(lab, name, rules),
    stop: async () => await lab.stop(),
  };
}

function manifest(lab: Lab, host: SimHost, spec: Readonly<Record<string, unknown>>): Manifest {
  return hostManifest(host, lab.vsphere.endpointOf(host), { namespace: NAMESPACE, spec });
}

async function userWith(lab: Lab, name: string, rules: readonly object[]): Promise<readonly string[]> {
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules };
  const token = await lab.api.serviceAccountToken(NAMESPACE, name);
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }],
  };
  await lab.apply(role, binding);
  const path = join(lab.folder, `${name}.kubeconfig`);
  await writeFile(path, lab.api.kubeconfigFor({ token }), { mode: 0o600 });
  return [`--kubeconfig=${path}`, '-n', NAMESPACE];
}
