// A Prometheus registry of our own, filled from definitions; the only place that knows prom-client.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricDefinition } from './metricDefinitions.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Series {
  readonly labels: Labels;
  readonly value: number;
}

export interface Metrics {
  /** Everything in this registry except the process_* and nodejs_* defaults. */
  readonly definitions: readonly MetricDefinition[];
  /** Adds further metrics, for example a controller's `sriov_*`. A name may be registered once. */
  register(definitions: readonly MetricDefinition[]): void;
  /** Adds to a counter. An unknown name or label is a bug and throws. */
  increment(name: string, labels: Labels, by?: number): void;
  /** Sets a gauge. */
  set(name: string, labels: Labels, value: number): void;
  /** Adds to a gauge. */
  add(name: string, labels: Labels, by: number): void;
  /** Records one value of a histogram. */
  observe(name: string, labels: Labels, value: number): void;
  /** Removes the series with exactly these labels: an object that is gone must not report for ever. */
  remove(name: string, labels: Labels): void;
  /** Makes these the only series of a gauge, so that what is gone is gone. */
  replace(name: string, series: readonly Series[]): void;
  /** Called before each scrape, for gauges that are computed. */
  beforeScrape(collect: () => void): void;
  readonly contentType: string;
  /** The exposition text. */
  text(): Promise<string>;
}

export interface MetricsOptions {
  /** process_* and nodejs_*. Default true; tests leave them out. */
  readonly processMetrics?: boolean;
  readonly definitions?: readonly MetricDefinition[];
}

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const definitions: MetricDefinition[] = [];
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  const collectors: (() => void)[] = [];
  const register = (added: readonly MetricDefinition[]) => {
    for (const definition of added) {
      const { name, help } = definition;
      const common = { name, help, labelNames: [...definition.labels], registers: [registry] };
      if (definition.type === 'counter') counters.set(name, new Counter(common));
      else if (definition.type === 'gauge') gauges.set(name, new Gauge(common));
      else histograms.set(name, new Histogram({ ...common, ...(definition.buckets && { buckets: [...definition.buckets] }) }));
      definitions.push(definition);
    }
  };
  register(METRICS);
  register(options.definitions ?? []);
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry });
  return {
    definitions,
    register,
    increment: (name, labels, by = 1) => known(counters, name).inc(labels, by),
    set: (name, labels, value) => known(gauges, name).set(labels, value),
    add: (name, labels, by) => known(gauges, name).inc(labels, by),
    observe: (name, labels, value) => known(histograms, name).observe(labels, value),
    remove: (name, labels) => (counters.get(name) ?? gauges.get(name) ?? known(histograms, name)).remove(labels),
    replace: (name, series) => {
      const gauge = known(gauges, name);
      gauge.reset();
      for (const { labels, value } of series) gauge.set(labels, value);
    },
    beforeScrape: (collect) => collectors.push(collect),
    contentType: registry.contentType,
    text: async () => {
      for (const collect of collectors) collect();
      return await registry.metrics();
    },
  };
}

function known<T>(metrics: ReadonlyMap<string, T>, name: string): T {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`metric ${name} is not registered with this type; add its definition`);
  return metric;
}
