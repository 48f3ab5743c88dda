/** The chart's alerts, played by promtool: each fires when it should, with a text that a person understands, and is silent when it should be. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { dashboardPanels } from '../../operator/api/crd/chart/dashboards.ts';
import { ALERT_CASES, type AlertCase, JOB } from './alerts/cases.ts';
import { promtool } from './support/chartTools.ts';
import { promqlErrors } from './support/goTool.ts';
import { CHART, type Helm, objectsOf, startHelm } from './support/helm.ts';

// Every test starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

const BUILD_MS = 20 * 60_000;

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

let helm: Helm;
let folder: string;
let rules: readonly Rule[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alerts-'));
  helm = await startHelm();
  const { stdout, stderr } = await helm.run(
    ['template', 'sriov', CHART, '--namespace', 'sriov-system', '--show-only', 'templates/prometheusrule.yaml'],
    {
      monitoring: { whenMissing: 'Render' },
      prometheusRule: { enabled: true },
    },
  );
  const [rendered] = objectsOf(stdout);
  if (rendered === undefined) throw new Error(stderr);
  const spec = rendered['spec'] as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
  rules = spec.groups.flatMap((group) => group.rules);
  await writeFile(join(folder, 'rules.json'), JSON.stringify(spec));
}, BUILD_MS);
afterAll(async () => {
  await helm.dispose();
  await rm(folder, { recursive: true, force: true });
});

function unitTest({ alert, series, at, fires }: AlertCase): object {
  const description = rules.find((rule) => rule.alert === alert)?.annotations['description'];
  const expected = fires && [
    { exp_labels: { severity: fires.severity, ...fires.labels }, exp_annotations: { summary: fires.summary, description } },
  ];
  return {
    rule_files: ['rules.json'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({
          series: name.replace('{', `{job="${JOB}",`).replace(',}', '}'),
          values,
        })),
        alert_rule_test: [{ eval_time: `${at}m`, alertname: alert, exp_alerts: expected ?? [] }],
      },
    ],
  };
}

async function play(one: AlertCase): Promise<{ readonly code: number; readonly output: string }> {
  const file = join(folder, 'test.json');
  await writeFile(file, JSON.stringify(unitTest(one)));
  return await promtool(['test', 'rules', file]);
}

describe('the alerts', () => {
  it(
    'are rules that promtool takes',
    async () => {
      const { code, output } = await promtool(['check', 'rules', join(folder, 'rules.json')]);
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining(`SUCCESS: ${rules.length} rules found`) });
    },
    BUILD_MS,
  );

  it.each(ALERT_CASES)('$alert: $why', async (one) => {
    const { code, output } = await play(one);
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  it('are each seen firing and silent', () => {
    const covered = (firing: boolean): readonly string[] =>
      [...new Set(ALERT_CASES.filter(({ fires }) => (fires !== undefined) === firing).map(({ alert }) => alert))].sort();
    const names = rules.map(({ alert }) => alert).sort();
    expect({ firing: covered(true), silent: covered(false) }).toEqual({ firing: names, silent: names });
  });

  it('are really played: a wrong expectation is found', async () => {
    const [first] = ALERT_CASES;
    if (first?.fires === undefined) throw new Error('the first case fires');
    expect(await play({ ...first, fires: { ...first.fires, summary: 'something else' } })).toMatchObject({ code: 1 });
  });
});

describe('the dashboards', () => {
  it('ask what Prometheus can read', async () => {
    const expressions = dashboardPanels().map(({ expression }) => expression.replaceAll('$__rate_interval', '5m').replaceAll('$job', JOB));
    expect(await promqlErrors(expressions)).toEqual(expressions.map(() => ''));
    expect(expressions.length).toBeGreaterThan(30);
  });
});
