/**
 * Kinds -> what kube-state-metrics shall read of their objects, as values of its Helm chart. Pure. A path that the schema does not have is an
 * error, and the help of a metric is what the schema says of its field.
 */
import { stringify } from 'yaml';
import type { Crd } from './crd.ts';
import type { Schema } from './structuralSchema.ts';

/** A metric of one field (`number`), or 1 for each object or list entry with labels that describe it. */
interface Family {
  readonly name: string;
  /** From the object; a list gives one series for each entry. */
  readonly path: string;
  readonly number?: true;
  /** The field is left out where it would say 0. */
  readonly absentIsZero?: true;
  /** Label -> path below `path`. */
  readonly labels?: Readonly<Record<string, string>>;
}

const ANY_KIND: readonly Family[] = [
  { name: 'metadata_generation', path: 'metadata.generation', number: true },
  { name: 'status_observed_generation', path: 'status.observedGeneration', number: true },
  { name: 'status_condition', path: 'status.conditions', labels: { condition: 'type', status: 'status', reason: 'reason' } },
];

const FAMILIES: Readonly<Record<string, readonly Family[]>> = {
  SriovHost: [
    { name: 'spec_info', path: 'spec', labels: { address: 'esxi.address', mode: 'mode', approval: 'disruption.approval' } },
    { name: 'status_esxi_info', path: 'status.esxi', labels: { version: 'version', build: 'build' } },
    {
      name: 'status_adapter_info',
      path: 'status.adapters',
      labels: { adapter: 'name', device: 'device', psid: 'psid', firmware: 'firmware.running', flashed: 'firmware.flashed' },
    },
    { name: 'status_software_info', path: 'status.software', labels: { vib: 'name', running: 'running', staged: 'staged' } },
    { name: 'status_vfs_desired', path: 'status.vfs.desired', number: true },
    { name: 'status_vfs_present', path: 'status.vfs.present', number: true },
    { name: 'status_plan_restarts', path: 'status.plan.restarts', number: true, absentIsZero: true },
    { name: 'status_restarts', path: 'status.restarts.total', number: true },
  ],
  SriovVmAttachment: [
    {
      name: 'spec_info',
      path: 'spec',
      labels: { host_namespace: 'hostRef.namespace', host: 'hostRef.name', function: 'function.kind', adapter: 'function.adapter' },
    },
    { name: 'status_vm_info', path: 'status.vm', labels: { vm: 'name', power_state: 'powerState' } },
    {
      name: 'status_device_info',
      path: 'status.device',
      labels: {
        mac_address: 'macAddress',
        physical_function: 'physicalFunction',
        virtual_function: 'virtualFunction',
        port_group: 'portGroup',
      },
    },
    { name: 'status_plan_vm_power_offs', path: 'status.plan.vmPowerOffs', number: true, absentIsZero: true },
  ],
};

/** The file, with the rights that kube-state-metrics needs for it. */
export function kubeStateMetricsValues(crds: readonly Crd[], header: string): string {
  const config = { kind: 'CustomResourceStateMetrics', spec: { resources: crds.map(resource) } };
  const [group = ''] = crds.map(({ spec }) => spec.group);
  const resources = crds.map(({ spec }) => spec.names['plural']);
  const values = {
    rbac: { extraRules: [{ apiGroups: [group], resources, verbs: ['list', 'watch'] }] },
    customResourceState: { enabled: true, config },
  };
  const use =
    '# Values of the kube-state-metrics chart. Without it: what is below `config` is the file of --custom-resource-state-config-file.';
  return `# ${header}\n${use}\n${stringify(values, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function resource(crd: Crd): object {
  const { group, names, versions } = crd.spec;
  const kind = String(names['kind']);
  const families = [...ANY_KIND, ...(FAMILIES[kind] ?? [])];
  return {
    groupVersionKind: { group, version: versions[0].name, kind },
    metricNamePrefix: `kube_${kind.toLowerCase()}`,
    labelsFromPath: { namespace: ['metadata', 'namespace'], [kind.toLowerCase()]: ['metadata', 'name'] },
    metrics: families.map((family) => metric(family, versions[0].schema.openAPIV3Schema)),
  };
}

function metric({ name, path, number, absentIsZero, labels = {} }: Family, schema: Schema): object {
  const field = fieldAt(schema, path);
  for (const label of Object.values(labels)) fieldAt(field, label);
  const keys = path.split('.');
  const labelsFromPath = Object.fromEntries(Object.entries(labels).map(([label, below]) => [label, below.split('.')]));
  const gauge = { path: keys, ...(absentIsZero === true ? { nilIsZero: true } : {}) };
  const each = number === true ? { type: 'Gauge', gauge } : { type: 'Info', info: { path: keys, labelsFromPath } };
  return { name, help: String(field['description'] ?? `${path} of the object.`), each };
}

/** Of a list, its entries. `metadata` is Kubernetes' own. */
function fieldAt(schema: Schema, path: string): Schema {
  if (path.startsWith('metadata.')) return {};
  return path.split('.').reduce((found: Schema, key) => {
    const inner = (found['items'] as Schema | undefined) ?? found;
    const field = (inner['properties'] as Readonly<Record<string, Schema>> | undefined)?.[key];
    if (field === undefined) throw new Error(`kube-state-metrics: no field ${key} on the way to ${path}`);
    return field;
  }, schema);
}
