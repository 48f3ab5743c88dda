/** Values of the chart about metrics and alerts. */
import { choice, flag, section, text, texts, type ValueSchema, whole } from './valueSchema.ts';

const DURATION = '^[0-9]+(ms|s|m|h)$';

const alert = (description: string, wait: string, severity: 'warning' | 'critical'): ValueSchema =>
  section(description, {
    enabled: flag('', true),
    for: text('How long before it fires.', wait, { pattern: DURATION }),
    severity: choice('', severity === 'warning' ? ['warning', 'critical', 'info'] : ['critical', 'warning', 'info']),
  });

export const MONITORING_VALUES: Readonly<Record<string, ValueSchema>> = {
  service: section('The Service in front of /metrics.', {
    enabled: flag('', true),
    port: whole('', 8080, [1, 65535]),
    annotations: texts(''),
  }),
  monitoring: section('For ServiceMonitor and PrometheusRule, which need the Prometheus operator.', {
    whenMissing: choice(
      'What to do in a cluster without its kinds: Fail says so at install, Skip leaves them out, Render sends them anyway.',
      ['Fail', 'Skip', 'Render'],
    ),
  }),
  serviceMonitor: section('Tells Prometheus to collect the metrics.', {
    enabled: flag('', false),
    interval: text('', '30s', { pattern: DURATION }),
    scrapeTimeout: text('', '10s', { pattern: DURATION }),
    labels: texts('What your Prometheus selects ServiceMonitors by.'),
  }),
  dashboard: section('Three Grafana dashboards, each in a ConfigMap, for the sidecar of the Grafana chart.', {
    enabled: flag('', false),
    namespace: text('Where your Grafana looks for them. Empty: the namespace of the release.', '', { maxLength: 63 }),
    labels: texts('What the sidecar selects by.', { grafana_dashboard: '1' }),
    annotations: texts('For example grafana_folder.'),
  }),
  prometheusRule: section('Alerts; docs/install.md says what to do for each.', {
    enabled: flag('', false),
    labels: texts('What your Prometheus selects PrometheusRules by.'),
    runbookUrl: text(
      'Where you publish docs/install.md; the name of the alert is added after a #. Alerts and panels of dashboards link there. Empty: no links.',
      '',
    ),
    alerts: section('Each one by itself.', {
      operatorDown: alert('No replica answers Prometheus.', '5m', 'critical'),
      noLeader: alert('No replica, or more than one, holds the lease.', '5m', 'critical'),
      leaseErrors: alert('The leader lease cannot be acquired, renewed or released.', '5m', 'warning'),
      stalled: alert('A host or an attachment waits for a person.', '5m', 'warning'),
      restartLoopStopped: alert('Restarts of a host did not bring what they should, and were stopped.', '0m', 'critical'),
      credentialsRefused: alert('ESXi, vSphere or a BMC refuses the credentials of a host.', '1m', 'warning'),
      restartFailed: alert('A restart of a host failed.', '0m', 'warning'),
      virtualFunctionsMissing: alert('A host has fewer virtual functions than declared for long.', '2h', 'warning'),
      reconcileErrors: alert('Reconciles fail again and again.', '30m', 'warning'),
      reconcileStuck: alert('A worker does not get on.', '5m', 'warning'),
    }),
  }),
};
