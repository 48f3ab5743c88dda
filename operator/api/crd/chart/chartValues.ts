/** Every value of the Helm chart. values.yaml, values.schema.json and the README are made of this. */
import { MONITORING_VALUES } from './monitoringValues.ts';
import { POD_VALUES } from './podValues.ts';
import { choice, flag, form, list, raw, section, text, texts, type ValueSchema, whole } from './valueSchema.ts';

const NAMESPACE = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const OBJECT = '^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$';
const CIDR = '^([0-9]{1,3}(\\.[0-9]{1,3}){3}/([0-9]|[12][0-9]|3[0-2])|[0-9a-fA-F:]+/([0-9]{1,2}|1[01][0-9]|12[0-8]))$';
const PORT: ValueSchema = { type: 'integer', minimum: 1, maximum: 65535 };

/** Seconds of a flag of the operator; fractions are for tests and not offered here. */
const seconds = (description: string, preset: number): ValueSchema => whole(description, preset, [1, 86_400]);

const CONFIG = section('Flags of the operator; docs/running.md describes each.', {
  leaderElection: flag('--leader-election; false only with one replica.', true),
  healthPort: whole('--health-port: /healthz, /readyz and /metrics.', 8080, [1024, 65535]),
  logFormat: choice('--log-format: form of the log.', ['json', 'human']),
  logLevel: choice('--log-level: how much is logged.', ['info', 'debug', 'warn', 'error']),
  workers: whole('--workers: hosts, and attachments, reconciled at the same time.', 16, [1, 1000]),
  recheckSeconds: seconds('--recheck-seconds: how often a host or VM at rest is looked at again.', 600),
  restartPollSeconds: seconds('--restart-poll-seconds: how often a restarting host is looked at.', 10),
  blockedPollSeconds: seconds('--blocked-poll-seconds: how often to look while a person has to do something.', 30),
  maxUnavailableHosts: whole('--max-unavailable-hosts: most hosts in maintenance or restarting through us at a time.', 1, [1, 1000]),
  graceSeconds: seconds('--grace-seconds: how long steps may go on after a stop. The pod gets 15 seconds more.', 25),
});

const NETWORK_POLICY = section('What the pods may reach, and who may reach them.', {
  enabled: flag('', true),
  apiServerCidrs: list('Addresses of the API server. Empty: any.', form(CIDR)),
  apiServerPorts: list('Its ports, as seen after the Service is resolved.', PORT, [443, 6443]),
  hostCidrs: list('Networks of ESXi hosts, vSphere servers and BMCs. Empty: any; set them.', form(CIDR)),
  hostPorts: list('Their ports: SSH, https, and what your specs name.', PORT, [22, 443]),
  metricsFrom: list('Who may read /metrics, as peers of a NetworkPolicy. Empty: anybody in the cluster.', raw('One peer.')),
});

/** Those of files/admissionPolicies.yaml; a test compares. */
const POLICIES = section('Each one by itself; docs/install.md describes them.', {
  verbs: flag(
    'Annotations that steer the operator (approve, retry, hold, detach, restore, abandon) take the RBAC verb of the same name.',
    true,
  ),
  specByUpdate: flag('Changes of spec take the verb update; who has only patch may annotate.', true),
  approvalKept: flag('spec.disruption.approval is changed from Required only by who may approve.', true),
  approvalRequired: flag('Hosts with another spec.disruption.approval than Required only by who may approve.', false),
  hostUse: flag('Attachments name a host of another namespace only by who has the verb use on it.', false),
  fence: flag('Hosts and VMs of attachments are within what annotations of their namespace allow.', true),
});

export const CHART_VALUES: ValueSchema = section('', {
  nameOverride: text('Replaces the name of the chart in names and labels.', '', { maxLength: 40 }),
  fullnameOverride: text('Replaces the whole name of what is created.', '', { maxLength: 52 }),
  commonLabels: texts('Labels of everything that is created.'),
  watchNamespaces: list(
    'Namespaces to look after; they must exist. Roles in them are all that the operator gets. Empty: all namespaces, by a ClusterRole, which reads every Secret.',
    form(NAMESPACE),
  ),
  crds: section('The kinds SriovHost and SriovVmAttachment.', {
    enabled: flag('Install and upgrade them with this release. One release in a cluster.', true),
    keep: flag('Leave them at helm uninstall: without them all SriovHosts and SriovVmAttachments are gone too.', true),
  }),
  serviceAccount: section('Who the operator is.', {
    create: flag('', true),
    name: text('Empty: the name of the release.', '', { maxLength: 63 }),
    annotations: texts(''),
  }),
  rbac: section('What it may do.', {
    create: flag('false: the rights of docs/security.md are granted by you.', true),
    namespaceSelectors: flag(
      'Reading the labels of namespaces, for hosts with spec.attachments.from: Selector. Takes a ClusterRole of its own.',
      false,
    ),
  }),
  secrets: section('Which Secrets the operator may read in the namespaces of its hosts.', {
    names: {
      ...list(
        'These only, by resourceNames, in every namespace. Empty: all of the namespace. At most 100 in use in all namespaces.',
        form(OBJECT),
      ),
      maxItems: 100,
    },
  }),
  userRoles: section('ClusterRoles for people: view, tenant, edit, approve. Nobody gets them before you bind them.', {
    create: flag('', true),
    aggregateToView: flag('Add the role view to the ClusterRoles view, edit and admin of Kubernetes.', false),
  }),
  admissionPolicies: section('ValidatingAdmissionPolicies for the kinds of this chart, in the namespaces of watchNamespaces.', {
    enabled: flag('', true),
    failurePolicy: choice('What happens to a request when a policy cannot be evaluated.', ['Fail', 'Ignore']),
    action: choice('Deny refuses the request; Warn lets it through with a warning, to try policies out.', ['Deny', 'Warn']),
    policies: POLICIES,
  }),
  config: CONFIG,
  ...POD_VALUES,
  podDisruptionBudget: section('Keeps a drain from taking all replicas at once. Only with two replicas or more.', {
    enabled: flag('', true),
    maxUnavailable: whole('', 1, [1, 4]),
  }),
  networkPolicy: NETWORK_POLICY,
  ...MONITORING_VALUES,
  helmTest: section('helm test: a pod that asks the operator through its Service whether it is ready and somebody leads.', {
    enabled: flag('', true),
  }),
  extraObjects: list('Further objects of the release, each rendered as a template.', raw('One object.')),
  global: raw('Not used; Helm hands it to every sub-chart.'),
});
