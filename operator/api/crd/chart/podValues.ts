/** Values of the chart about the pods: image, number, place, resources. */
import { choice, flag, form, list, raw, section, text, texts, type ValueSchema, whole } from './valueSchema.ts';

const QUANTITY = '^[0-9]+(\\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi)?$';

const quantities = (description: string, preset: Readonly<Record<string, string>>): ValueSchema => ({
  type: 'object',
  description,
  default: preset,
  additionalProperties: false,
  properties: { cpu: form(QUANTITY), memory: form(QUANTITY), 'ephemeral-storage': form(QUANTITY) },
});

const probe = (description: string, [period, timeout, failures]: readonly [number, number, number]): ValueSchema =>
  section(description, {
    periodSeconds: whole('How often.', period, [1, 300]),
    timeoutSeconds: whole('How long the answer may take.', timeout, [1, 60]),
    failureThreshold: whole('How many in a row count.', failures, [1, 100]),
  });

const TOLERATION = section('One toleration.', {
  key: form('^\\S+$'),
  operator: { type: 'string', enum: ['Exists', 'Equal'] },
  value: { type: 'string' },
  effect: { type: 'string', enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
  tolerationSeconds: { type: 'integer', minimum: 0 },
});

const REFERENCE = section('A name.', { name: form('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$') }, { required: ['name'] });

const KEY = section(
  'One key.',
  { name: form('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$'), key: form('^[-._a-zA-Z0-9]+$'), optional: { type: 'boolean' } },
  { required: ['name', 'key'] },
);

const VARIABLE = section(
  'One variable.',
  {
    name: form('^[A-Za-z_][A-Za-z0-9_]*$'),
    value: { type: 'string' },
    valueFrom: section('Instead of value.', { secretKeyRef: KEY, configMapKeyRef: KEY }, { minProperties: 1, maxProperties: 1 }),
  },
  { required: ['name'], oneOf: [{ required: ['value'] }, { required: ['valueFrom'] }] },
);

const MOUNT = section(
  'One mount.',
  { name: form('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$'), mountPath: form('^/'), subPath: { type: 'string' }, readOnly: { type: 'boolean' } },
  { required: ['name', 'mountPath'] },
);

export const POD_VALUES: Readonly<Record<string, ValueSchema>> = {
  replicaCount: whole('Pods. One works, by a lease; a second one only takes over quicker when its node dies.', 2, [0, 5]),
  image: section('The image of the operator; docs/image.md says how to build it.', {
    repository: text('Name without tag, with the registry that your nodes pull from.', 'esxi-sriov-operator', {
      pattern: '^[a-z0-9][a-zA-Z0-9._:/-]*$',
    }),
    tag: text("Empty: the chart's appVersion.", '', { pattern: '^([A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$' }),
    digest: text('Wins over the tag: names exactly one image, whatever happens to tags.', '', { pattern: '^(sha256:[0-9a-f]{64})?$' }),
    pullPolicy: choice('When the node asks the registry.', ['IfNotPresent', 'Always', 'Never']),
  }),
  imagePullSecrets: list('Secrets with the credentials of the registry.', REFERENCE),
  resources: section(
    'Measured (docs/image.md, docs/sizing.md): 117 MiB before the first host, 293 MiB after 50 hosts and 346 MiB after 300 were brought to Ready, ' +
      '1 % of a core at rest. Memory grows with the objects and Secrets that are watched. No limit for CPU: a throttled operator loses its lease.',
    {
      requests: quantities('What the scheduler sets aside.', { cpu: '50m', memory: '320Mi' }),
      limits: quantities('What it may take.', { memory: '1Gi' }),
    },
  ),
  probes: section('The kubelet asks /healthz and /readyz.', {
    liveness: probe('/healthz: after this many failures the pod is restarted.', [20, 5, 3]),
    readiness: probe('/readyz: whether metrics are collected and a roll-out goes on.', [10, 5, 3]),
    startup: probe('/healthz until the process listens.', [2, 2, 30]),
  }),
  podSecurity: section('Users of the process. The rest of Pod Security "restricted" is fixed: no root, no capabilities, read-only root.', {
    runAsUser: { type: ['integer', 'null'], description: 'null: the platform chooses (OpenShift).', default: 65532, minimum: 1 },
    runAsGroup: { type: ['integer', 'null'], description: 'null: the platform chooses.', default: 65532, minimum: 1 },
    hostUsers: {
      type: ['boolean', 'null'],
      description: 'false: a user namespace of its own, where nodes can do that; null: what the cluster does.',
      default: null,
    },
  }),
  priorityClassName: text('For example system-cluster-critical: a host that is shut down for a power cycle waits for the operator.', ''),
  nodeSelector: texts('Nodes by their labels. They must reach hosts, vSphere servers and BMCs.', { 'kubernetes.io/os': 'linux' }),
  tolerations: list('Taints that do not keep the pods away.', TOLERATION),
  antiAffinity: choice('Whether two replicas may share a node. Not used where affinity is set.', ['Preferred', 'Required', 'None']),
  affinity: section('Your own rules, as in a pod.', {
    nodeAffinity: raw('Nodes.'),
    podAffinity: raw('Near to which pods.'),
    podAntiAffinity: raw('Away from which pods; replaces antiAffinity.'),
  }),
  topologySpread: section('Spreads the replicas over zones.', {
    enabled: flag('', true),
    topologyKey: text('Label of nodes.', 'topology.kubernetes.io/zone', { minLength: 1 }),
    whenUnsatisfiable: choice('', ['ScheduleAnyway', 'DoNotSchedule']),
  }),
  podLabels: texts('Further labels of the pods.'),
  podAnnotations: texts('Annotations of the pods.'),
  extraEnv: list(
    'Further environment variables, for example NODE_EXTRA_CA_CERTS or NODE_OPTIONS; what is secret by valueFrom.secretKeyRef, never as value.',
    VARIABLE,
  ),
  extraVolumes: list(
    'Further volumes, for example a ConfigMap with the CA of your vCenters for NODE_EXTRA_CA_CERTS.',
    raw('One volume, as in a pod.'),
  ),
  extraVolumeMounts: list('Where they are mounted.', MOUNT),
  extraArgs: list('Further arguments of the operator, after ours.', form('^--')),
};
