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
  prometheusRule: section('Alerts; docs/install.md says what to do for each.', {
    enabled: flag('', false),
    labels: texts('What your Prometheus selects PrometheusRules by.'),
    runbookUrl: text('Where you publish docs/install.md; the name of the alert is added after a #. Empty: no runbook_url.', ''),
    alerts: section('Each one by itself.', {
      operatorDown: alert('No replica answers Prometheus.', '5m', 'critical'),
      noLeader: alert('No replica, or more than one, holds the lease.', '5m', 'critical'),
      stalled: alert('A host or an attachment waits for a person.', '5m', 'warning'),
      credentialsRefused: alert('ESXi, vSphere or a BMC refuses the credentials of a host.', '1m', 'warning'),
      restartFailed: alert('A restart of a host failed.', '0m', 'warning'),
      virtualFunctionsMissing: alert('A host has fewer virtual functions than declared for long.', '2h', 'warning'),
      reconcileErrors: alert('Reconciles fail again and again.', '30m', 'warning'),
    }),
  }),
};
