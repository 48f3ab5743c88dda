/** A panel of a Grafana dashboard as data, and the one that every metric gets. */
import { alertsAbout } from './alertMetrics.ts';

export interface Panel {
  readonly type: 'stat' | 'timeseries' | 'table';
  readonly title: string;
  readonly description: string;
  /** Grafana's name of the unit. */
  readonly unit: 'short' | 's' | 'ops' | 'bytes';
  readonly expression: string;
  readonly legend: string;
  /** From this value on the panel is red. */
  readonly alarm?: number;
}

/** The shape of the lists of metrics. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
}

/** Selects the operator's own pods. */
export const JOB = 'job="$job"';
const WINDOW = '[$__rate_interval]';

export const stat = (panel: Omit<Panel, 'type' | 'unit' | 'legend'>): Panel => ({ type: 'stat', unit: 'short', legend: '', ...panel });

/** Names of the metrics that an expression asks for; those of a histogram without their ending. */
export function metricsOf(expression: string): readonly string[] {
  return [...expression.matchAll(/\b([a-z_]+)\{/g)].map(([, name = '']) => name.replace(/_bucket$/, ''));
}

/** The alerts that watch what a panel shows. */
export function alertsOf({ expression }: Panel): readonly string[] {
  return [...new Set(metricsOf(expression).flatMap(alertsAbout))];
}

/**
 * One panel for a metric: a gauge as it is, a counter as a rate, a histogram as its 95th percentile. Every replica reports the state of all objects,
 * so states are taken with max.
 */
export function panelOf({ name, help, type, labels }: Metric): Panel {
  const legend = labels.map((label) => `{{${label}}}`).join(' ');
  const panel = { type: 'timeseries', title: name, description: help, legend } as const;
  if (type === 'histogram') {
    const rate = `sum by (${['le', ...labels].join(', ')}) (rate(${name}_bucket{${JOB}}${WINDOW}))`;
    return { ...panel, title: `${name}, 95th percentile`, unit: 's', expression: `histogram_quantile(0.95, ${rate})` };
  }
  if (type === 'counter') return { ...panel, unit: 'ops', expression: `sum by (${labels.join(', ')}) (rate(${name}{${JOB}}${WINDOW}))` };
  const several = name.startsWith('sriov_') ? 'max' : 'sum';
  return {
    ...panel,
    unit: name.endsWith('_seconds') ? 's' : 'short',
    expression: `${several} by (${labels.join(', ')}) (${name}{${JOB}})`,
  };
}
