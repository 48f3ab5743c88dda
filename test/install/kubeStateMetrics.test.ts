/** docs/examples/kube-state-metrics-values.yaml in the real kube-state-metrics, over objects that the operator has worked on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { SRIOV_METRICS } from '../../operator/controllers/metricDefinitions.ts';
import { METRICS } from '../../operator/engine/metricDefinitions.ts';
import { connectX5En } from '../simulator/profiles/adapterModels.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { attachmentManifest, credentialManifests, hostManifest, MFT, namespaceManifest } from '../support/lab/manifests.ts';
import { metricProblems } from './support/goTool.ts';
import { BUILD_MS, STEP_MS } from './support/installation.ts';
import { type KubeStateMetrics, startKubeStateMetrics } from './support/kubeStateMetrics.ts';

interface Values {
  readonly rbac: { readonly extraRules: readonly object[] };
  readonly customResourceState: {
    readonly enabled: boolean;
    readonly config: { readonly spec: { readonly resources: readonly Resource[] } };
  };
}
interface Resource {
  readonly metricNamePrefix: string;
  readonly metrics: readonly { readonly name: string }[];
}

const FILE = join(import.meta.dirname, '../../docs/examples/kube-state-metrics-values.yaml');
const { rbac, customResourceState } = parse(readFileSync(FILE, 'utf8')) as Values;
const NAMES = customResourceState.config.spec.resources.flatMap(({ metricNamePrefix, metrics }) =>
  metrics.map(({ name }) => `${metricNamePrefix}_${name}`),
);
const NAMESPACE = 'observed';
const adapters = [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 8 }] }];
const world = {
  profile: { esxi: '7.0u3', tools: 'withMft' },
  adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
  moduleOptions: 'max_vfs=8,0',
} as const;

let lab: Lab;
let exporter: KubeStateMetrics;

/** A host at its goal with a VM that has a function, and a host that stalls. */
beforeAll(async () => {
  lab = await startLab();
  await lab.apply(namespaceManifest(NAMESPACE));
  for (const [name, spec] of [
    ['esx-01', { adapters, software: MFT }],
    ['esx-02', { adapters: [{ ...adapters[0], selector: { pciAddress: '0000:af:00.0' } }] }],
  ] as const) {
    const host = await lab.fleet.addHost({ ...world, name });
    if (name === 'esx-01') lab.vsphere.inventory.addVm({ name: 'db-01', hostId: host.world.id });
    await lab.apply(...credentialManifests(NAMESPACE, host));
    await lab.apply(hostManifest(host, lab.vsphere.endpointOf(host), { namespace: NAMESPACE, spec }));
  }
  await lab.apply(attachmentManifest({ namespace: NAMESPACE, name: 'db-01', host: 'esx-01', spec: { powerPolicy: { powerOn: true } } }));
  await lab.observer.untilCondition('SriovVmAttachment', `${NAMESPACE}/db-01`, { type: 'Ready', status: 'True' });
  await lab.observer.untilCondition('SriovHost', `${NAMESPACE}/esx-02`, { type: 'Stalled', status: 'True' });
  exporter = await startKubeStateMetrics(lab.api, { config: customResourceState.config, rules: rbac.extraRules });
}, BUILD_MS);
afterAll(async () => {
  await exporter?.stop();
  await lab?.stop();
}, STEP_MS);

/** A series with these labels (patterns) among others, whatever their order. */
function series(name: string, labels: Readonly<Record<string, string>>, value: string): RegExp {
  const wanted = Object.entries(labels).map(([label, text]) => `(?=[^}\\n]*\\b${label}="${text}")`);
  return new RegExp(`^${name}\\{${wanted.join('')}[^}\\n]*\\} ${value}$`, 'm');
}

const host = { namespace: NAMESPACE, sriovhost: 'esx-01' };
const stalled = { namespace: NAMESPACE, sriovhost: 'esx-02' };
const attachment = { namespace: NAMESPACE, sriovvmattachment: 'db-01' };

it(
  'tells of both kinds what their status says, with the rights of the file and no others',
  async () => {
    await exporter.untilServed([
      series('kube_sriovhost_status_condition', { ...host, condition: 'Ready', status: 'True', reason: 'Succeeded' }, '1'),
      series('kube_sriovhost_status_condition', { ...stalled, condition: 'Stalled', status: 'True', reason: 'AdapterNotFound' }, '1'),
      series('kube_sriovhost_spec_info', { ...host, address: '127.0.0.1', mode: 'Enforce' }, '1'),
      series('kube_sriovhost_status_esxi_info', { ...host, version: '7.0.3' }, '1'),
      series('kube_sriovhost_status_adapter_info', { ...host, adapter: 'fabric0', psid: connectX5En.psid }, '1'),
      series('kube_sriovhost_status_software_info', { ...host, vib: 'nmst', running: '4.22.1.11-[^"]+' }, '1'),
      series('kube_sriovhost_status_vfs_desired', host, '8'),
      series('kube_sriovhost_status_vfs_present', host, '8'),
      series('kube_sriovhost_status_plan_restarts', host, '0'),
      series('kube_sriovvmattachment_status_condition', { ...attachment, condition: 'Ready', status: 'True' }, '1'),
      series('kube_sriovvmattachment_spec_info', { ...attachment, host: 'esx-01', adapter: 'fabric0' }, '1'),
      series('kube_sriovvmattachment_status_vm_info', { ...attachment, vm: 'db-01', power_state: 'poweredOn' }, '1'),
      series('kube_sriovvmattachment_status_device_info', { ...attachment, physical_function: '0000:3b:00.0' }, '1'),
      series('kube_sriovvmattachment_status_observed_generation', attachment, '1'),
    ]);
  },
  STEP_MS,
);

it(
  'has a series for every metric of the file',
  async () => {
    const text = await exporter.untilServed([]);
    expect(NAMES.filter((name) => !text.includes(`\n${name}{`))).toEqual([]);
    expect(await metricProblems(text)).toEqual([]);
  },
  BUILD_MS,
);

it('has no name of our own metrics', () => {
  const ours = new Set([...METRICS, ...SRIOV_METRICS].map(({ name }) => name));
  expect(NAMES.filter((name) => ours.has(name) || !name.startsWith('kube_sriov'))).toEqual([]);
});
