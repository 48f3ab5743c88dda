// The registry holds what is defined, under names that follow the rules.
import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../../operator/engine/metricDefinitions.ts';
import { createMetrics } from '../../../operator/engine/metrics.ts';

describe('metrics', () => {
  it('expose every definition with its help and type, and nothing else', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const text = await metrics.text();
    const shown = text.split('\n').filter((line) => line.startsWith('# TYPE'));
    expect(shown).toEqual(METRICS.map(({ name, type }) => `# TYPE ${name} ${type}`));
    for (const { name, help } of METRICS) expect(text).toContain(`# HELP ${name} ${help}`);
  });

  it.each(METRICS.map((definition) => ({ ...definition })))(
    '$name keeps to the naming rules of Prometheus',
    ({ name, type, help, labels }) => {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
      for (const label of labels) expect(name).not.toContain(`_${label}_`);
    },
  );

  it('bring those of the process and of Node with them', async () => {
    const text = await createMetrics().text();
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('take further definitions, once each', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const definition = { name: 'sriov_hosts', help: 'Hosts.', type: 'gauge', labels: ['ready'] } as const;
    metrics.register([definition]);
    metrics.set('sriov_hosts', { ready: 'True' }, 3);
    expect(await metrics.text()).toContain('sriov_hosts{ready="True"} 3');
    metrics.remove('sriov_hosts', { ready: 'True' });
    expect(await metrics.text()).not.toContain('sriov_hosts{');
    expect(metrics.definitions).toContain(definition);
    expect(() => metrics.register([definition])).toThrow('already');
  });

  it.each([
    { why: 'a name nobody defined', use: () => createMetrics({ processMetrics: false }).increment('nope_total', {}) },
    { why: 'the wrong type', use: () => createMetrics({ processMetrics: false }).set('workqueue_adds_total', { name: 'x' }, 1) },
    { why: 'a label nobody defined', use: () => createMetrics({ processMetrics: false }).increment('workqueue_adds_total', { host: 'x' }) },
  ])('refuse $why', ({ use }) => {
    expect(use).toThrow();
  });

  it('compute what is asked for at the scrape', async () => {
    const metrics = createMetrics({ processMetrics: false });
    let leading = 0;
    metrics.beforeScrape(() => metrics.set('leader_election_master_status', { name: 'operator' }, leading));
    leading = 1;
    expect(await metrics.text()).toContain('leader_election_master_status{name="operator"} 1');
  });
});
