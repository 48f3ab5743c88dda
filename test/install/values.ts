/** Sets of values that between them switch everything in the chart on and off. */
export interface ValueCase {
  readonly why: string;
  readonly values: object;
}

const DIGEST = `sha256:${'0a'.repeat(32)}`;

export const EVERYTHING = {
  replicaCount: 3,
  watchNamespaces: ['tenant-a', 'tenant-b'],
  commonLabels: { 'example.com/team': 'platform' },
  image: { repository: 'registry.example.com:5000/sriov/operator', digest: DIGEST, pullPolicy: 'Always' },
  imagePullSecrets: [{ name: 'registry' }],
  serviceAccount: { name: 'operator', annotations: { 'example.com/role': 'sriov' } },
  config: { logFormat: 'human', logLevel: 'debug', healthPort: 9090, graceSeconds: 60 },
  podSecurity: { runAsUser: 10001, runAsGroup: 10001, hostUsers: false },
  priorityClassName: 'system-cluster-critical',
  nodeSelector: { 'example.com/zone': 'management' },
  tolerations: [{ key: 'example.com/management', operator: 'Exists', effect: 'NoSchedule' }],
  antiAffinity: 'Required',
  topologySpread: { whenUnsatisfiable: 'DoNotSchedule' },
  podLabels: { 'example.com/scrape': 'yes' },
  podAnnotations: { 'example.com/note': 'x' },
  extraEnv: [{ name: 'NODE_OPTIONS', value: '--max-old-space-size=256' }],
  extraArgs: ['--workers=4'],
  resources: { limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '64Mi' } },
  extraVolumes: [{ name: 'ca', configMap: { name: 'vcenter-ca' } }],
  extraVolumeMounts: [{ name: 'ca', mountPath: '/etc/vcenter-ca', readOnly: true }],
  extraObjects: [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-note' }, data: { release: '{{ .Release.Name }}' } },
  ],
  secrets: { names: ['esx-01', 'vcenter'] },
  userRoles: { aggregateToView: true },
  admissionPolicies: { failurePolicy: 'Ignore', policies: { approvalRequired: true, hostUse: true } },
  dashboard: { enabled: true, annotations: { grafana_folder: 'SR-IOV' } },
  podDisruptionBudget: { maxUnavailable: 2 },
  networkPolicy: {
    apiServerCidrs: ['10.0.0.1/32'],
    hostCidrs: ['10.20.0.0/16', 'fd00:20::/64'],
    hostPorts: [22, 443, 8443],
    metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
  },
  service: { port: 80, annotations: { 'example.com/scrape': 'true' } },
  monitoring: { whenMissing: 'Render' },
  serviceMonitor: { enabled: true, interval: '1m', labels: { release: 'prometheus' } },
  prometheusRule: { enabled: true, labels: { release: 'prometheus' }, runbookUrl: 'https://docs.example.com/install' },
};

const NOTHING = {
  replicaCount: 1,
  crds: { enabled: false },
  serviceAccount: { create: false, name: 'theirs' },
  rbac: { create: false },
  userRoles: { create: false },
  admissionPolicies: { enabled: false },
  config: { leaderElection: false },
  podSecurity: { runAsUser: null, runAsGroup: null },
  resources: { limits: null, requests: null },
  nodeSelector: null,
  antiAffinity: 'None',
  topologySpread: { enabled: false },
  podDisruptionBudget: { enabled: false },
  networkPolicy: { enabled: false },
  service: { enabled: false },
  helmTest: { enabled: false },
};

export const VALUE_CASES: readonly ValueCase[] = [
  { why: 'what most people install', values: {} },
  { why: 'everything on', values: EVERYTHING },
  { why: 'everything off', values: NOTHING },
  { why: 'one namespace, its own', values: { watchNamespaces: ['sriov-system'], crds: { keep: false } } },
  {
    why: 'affinity of the user beside ours',
    values: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'example.com/rack', operator: 'In', values: ['a'] }] }],
          },
        },
      },
    },
  },
  {
    why: 'a token for traces from a Secret',
    values: {
      extraEnv: [{ name: 'OTEL_EXPORTER_OTLP_HEADERS', valueFrom: { secretKeyRef: { name: 'collector', key: 'headers' } } }],
    },
  },
  {
    why: 'one alert off and one louder',
    values: {
      ...EVERYTHING,
      prometheusRule: { enabled: true, alerts: { stalled: { enabled: false }, restartFailed: { severity: 'critical', for: '5m' } } },
    },
  },
];

/** Values that are refused before anything is installed, and what the message must name. */
export const REFUSED: readonly (ValueCase & { readonly says: RegExp })[] = [
  { why: 'a misspelt key', values: { replicas: 2 }, says: /additional properties 'replicas' not allowed/ },
  {
    why: 'a misspelt key deep down',
    values: { probes: { liveness: { period: 3 } } },
    says: /probes.*liveness.*\n?.*'period' not allowed/s,
  },
  { why: 'a word for a number', values: { replicaCount: 'one' }, says: /replicaCount.*\n?.*got string, want integer/s },
  {
    why: 'a pull policy that does not exist',
    values: { image: { pullPolicy: 'Sometimes' } },
    says: /pullPolicy.*\n?.*must be one of 'IfNotPresent'/s,
  },
  { why: 'a digest that is none', values: { image: { digest: 'sha256:abc' } }, says: /image.*digest.*\n?.*does not match pattern/s },
  {
    why: 'a network that is none',
    values: { networkPolicy: { hostCidrs: ['10.0.0.0'] } },
    says: /hostCidrs.*\n?.*does not match pattern/s,
  },
  {
    why: 'a namespace that cannot exist',
    values: { watchNamespaces: ['Tenant_A'] },
    says: /watchNamespaces.*\n?.*does not match pattern/s,
  },
  { why: 'a variable without a value', values: { extraEnv: [{ name: 'NODE_OPTIONS' }] }, says: /extraEnv.*\n?.*oneOf/s },
  { why: 'an argument without dashes', values: { extraArgs: ['workers=4'] }, says: /extraArgs.*\n?.*does not match pattern/s },
  {
    why: 'a privileged port for a process without capabilities',
    values: { config: { healthPort: 80 } },
    says: /healthPort.*\n?.*minimum/s,
  },
  { why: 'root', values: { podSecurity: { runAsUser: 0 } }, says: /runAsUser.*\n?.*minimum/s },
  { why: 'memory in words', values: { resources: { limits: { memory: 'plenty' } } }, says: /memory.*\n?.*does not match pattern/s },
  {
    why: 'two operators without a lease',
    values: { replicaCount: 2, config: { leaderElection: false } },
    says: /two operators would change the same hosts/,
  },
  {
    why: 'a budget that lets a drain take all',
    values: { podDisruptionBudget: { maxUnavailable: 2 } },
    says: /a drain could take all replicas/,
  },
  {
    why: 'a ServiceMonitor with nothing to find',
    values: { serviceMonitor: { enabled: true }, service: { enabled: false } },
    says: /set service.enabled to true/,
  },
  {
    why: 'alerts without the kinds for them',
    values: { prometheusRule: { enabled: true } },
    says: /install the Prometheus operator, or set monitoring.whenMissing/,
  },
  { why: 'a misspelt policy', values: { admissionPolicies: { policies: { verb: false } } }, says: /policies.*\n?.*'verb' not allowed/s },
  { why: 'a Secret that cannot exist', values: { secrets: { names: ['*'] } }, says: /names.*\n?.*does not match pattern/s },
  { why: 'a mount without a path', values: { extraVolumeMounts: [{ name: 'ca' }] }, says: /extraVolumeMounts.*\n?.*mountPath/s },
  { why: 'no service account at all', values: { serviceAccount: { create: false } }, says: /name the service account/ },
];
