/** The Grafana dashboards show every metric and no other, say what each panel is, and lead to each other and to the runbooks of alerts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ALERT_METRICS } from '../../../operator/api/crd/chart/alertMetrics.ts';
import { alertsOf, metricsOf } from '../../../operator/api/crd/chart/dashboardPanels.ts';
import { DASHBOARDS, dashboardPanels } from '../../../operator/api/crd/chart/dashboards.ts';
import { SRIOV_METRICS } from '../../../operator/controllers/metricDefinitions.ts';
import { METRICS } from '../../../operator/engine/metricDefinitions.ts';
import { ROOT } from '../architecture/sourceFiles.ts';
import { anchorsOf } from '../docs/pages.ts';

const FILES = 'charts/esxi-sriov-operator/files';
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Drawn {
  readonly uid: string;
  readonly tags: readonly string[];
  readonly links: readonly { readonly type: string; readonly tags: readonly string[]; readonly includeVars: boolean }[];
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly description?: string;
    readonly links?: readonly { readonly url: string }[];
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  }[];
}

const drawn = readdirSync(join(ROOT, FILES, 'dashboards')).map((file): [string, Drawn] => [
  file,
  JSON.parse(read(`${FILES}/dashboards/${file}`)) as Drawn,
]);

describe('together the dashboards', () => {
  const asked = new Set(dashboardPanels().flatMap(({ expression }) => metricsOf(expression)));
  const known = [...METRICS, ...SRIOV_METRICS].map(({ name }) => name);

  it('show every metric that the operator has', () => {
    expect(known.filter((name) => !asked.has(name))).toEqual([]);
  });

  it('ask for no other, but whether it is up, and memory of the process', () => {
    expect([...asked].filter((name) => !known.includes(name)).sort()).toEqual(['process_resident_memory_bytes', 'up']);
  });

  it('are three files, one for each that is declared', () => {
    expect(drawn.map(([file]) => file).sort()).toEqual(DASHBOARDS.map(({ uid }) => `${uid}.json`).sort());
    expect(drawn).toHaveLength(3);
  });

  it('are named in docs/install.md', () => {
    const page = read('docs/install.md');
    expect(DASHBOARDS.filter(({ uid }) => !page.includes(`: \`${uid}\` |`))).toEqual([]);
  });

  it('link to the runbook of every alert, each a heading of docs/install.md', () => {
    const urls = drawn.flatMap(([, { panels }]) => panels.flatMap(({ links = [] }) => links.map(({ url }) => url)));
    expect([...new Set(urls)].sort()).toEqual(
      Object.keys(ALERT_METRICS)
        .map((alert) => `RUNBOOK_URL#${alert.toLowerCase()}`)
        .sort(),
    );
    const headings = anchorsOf(read('docs/install.md'));
    expect(Object.keys(ALERT_METRICS).filter((alert) => !headings.has(alert.toLowerCase()))).toEqual([]);
  });

  it('know of each alert what it watches', () => {
    const alerts = Object.values(parse(read(`${FILES}/alerts.yaml`)) as Record<string, { readonly name: string; readonly expr: string }>);
    expect(ALERT_METRICS).toEqual(Object.fromEntries(alerts.map(({ name, expr }) => [name, [...new Set(metricsOf(expr))]])));
  });
});

describe.each(drawn)('%s', (_, { tags, links, panels }) => {
  it('leads to the others, with the same variables', () => {
    const others = drawn.filter(([, other]) => links.some((link) => link.tags.every((tag) => other.tags.includes(tag))));
    expect(others).toHaveLength(drawn.length);
    expect(links.map(({ type, includeVars }) => ({ type, includeVars }))).toEqual([{ type: 'dashboards', includeVars: true }]);
    expect(tags).toContain('sriov');
  });

  it('says of each panel what it shows', () => {
    expect(panels.filter(({ type, description = '' }) => type !== 'row' && description === '')).toEqual([]);
  });

  it('has in every row at least one panel', () => {
    expect(panels.filter(({ type }, index) => type === 'row' && (panels[index + 1]?.type ?? 'row') === 'row')).toEqual([]);
  });

  it('has its panels side by side, none over another', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (__, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});

it('a panel links to the alerts about any metric in it, once each', () => {
  const of = (expression: string) => alertsOf({ type: 'stat', title: '', description: '', unit: 'short', legend: '', expression });
  expect(of('sriov_vf_desired{job="x"} - sriov_vf_present{job="x"}')).toEqual(['SriovVirtualFunctionsMissing']);
  expect(of('sriov_hosts{job="x"}')).toEqual([]);
});
