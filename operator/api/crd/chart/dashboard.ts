/** A dashboard as Grafana reads it, laid out from left to right. Pure. */
import { alertsOf, type Panel } from './dashboardPanels.ts';
import type { Dashboard, Row } from './dashboards.ts';

/** The chart puts prometheusRule.runbookUrl in its place, and leaves the links out where there is none. */
export const RUNBOOK_URL = 'RUNBOOK_URL';
/** By this tag the dashboards find each other. */
const TAG = 'esxi-sriov-operator';
const WIDTH = 24;
const SIZE = { stat: { w: 6, h: 4 }, timeseries: { w: 8, h: 8 }, table: { w: 8, h: 8 } } as const;

export function dashboardJson({ uid, title, description, rows }: Dashboard): string {
  const dashboard = {
    uid,
    title,
    description,
    tags: ['sriov', 'esxi', TAG],
    links: [{ type: 'dashboards', title: '', tags: [TAG], asDropdown: false, includeVars: true, keepTime: true, targetBlank: false }],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        {
          name: 'job',
          label: 'Job',
          type: 'query',
          datasource: DATASOURCE,
          query: { query: 'label_values(sriov_hosts, job)', refId: 'job' },
          refresh: 2,
        },
      ],
    },
    panels: layOut(rows),
  };
  return `${JSON.stringify(dashboard, undefined, 1)}\n`;
}

const DATASOURCE = { type: 'prometheus', uid: '$' + '{datasource}' };

/** From left to right, then down; a row heading takes one line. */
function layOut(rows: readonly Row[]): readonly object[] {
  const placed: object[] = [];
  let [x, y, tall] = [0, 0, 0];
  for (const { title, panels } of rows) {
    if (x > 0) [x, y, tall] = [0, y + tall, 0];
    placed.push({ id: placed.length + 1, type: 'row', title, collapsed: false, panels: [], gridPos: { x: 0, y, w: WIDTH, h: 1 } });
    y += 1;
    for (const panel of panels) {
      const { w, h } = SIZE[panel.type];
      if (x + w > WIDTH) [x, y, tall] = [0, y + tall, 0];
      placed.push(drawn(panel, { id: placed.length + 1, gridPos: { x, y, w, h } }));
      [x, tall] = [x + w, Math.max(tall, h)];
    }
  }
  return placed;
}

function drawn(panel: Panel, place: { readonly id: number; readonly gridPos: object }): object {
  const { type, title, description, unit, expression, legend, alarm } = panel;
  const steps = [
    { color: alarm === undefined ? 'blue' : 'green', value: null },
    ...(alarm === undefined ? [] : [{ color: 'red', value: alarm }]),
  ];
  // As the alerts' own runbook_url: the heading of docs/install.md.
  const links = alertsOf(panel).map((alert) => ({
    title: `Runbook of ${alert}`,
    url: `${RUNBOOK_URL}#${alert.toLowerCase()}`,
    targetBlank: true,
  }));
  const table = type === 'table';
  return {
    ...place,
    type,
    title,
    description,
    ...(links.length > 0 ? { links } : {}),
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, min: 0, thresholds: { mode: 'absolute', steps } }, overrides: [] },
    targets: [
      { refId: 'A', datasource: DATASOURCE, expr: expression, legendFormat: legend, ...(table ? { instant: true, format: 'table' } : {}) },
    ],
    ...(table ? { transformations: [{ id: 'organize', options: { excludeByName: { Time: true } } }] } : {}),
  };
}
