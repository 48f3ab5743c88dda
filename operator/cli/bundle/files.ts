/** The files of a support bundle, without secrets. Pure, apart from the count of the redactor. */
import type { HostCase } from '../../controllers/sriovHost/recordedCase.ts';
import { PLAIN } from '../io.ts';
import { renderCheck } from '../render/check.ts';
import { renderStatus } from '../render/status.ts';
import { renderWhy } from '../render/why.ts';
import { statusView } from '../statusView.ts';
import { whyView } from '../whyView.ts';
import { yamlOf } from '../yaml.ts';
import type { Gathered } from './gather.ts';
import type { Redactor } from './redact.ts';
import { summaryPage } from './summary.ts';
import type { Entry } from './tar.ts';

export interface Versions {
  readonly plugin: string;
  readonly node: string;
}

interface TextFile {
  readonly path: string;
  readonly content: string;
}

export function filesOf(
  gathered: Gathered,
  redactor: Redactor,
  { versions, now }: { readonly versions: Versions; readonly now: Date },
): readonly Entry[] {
  const { hosts, attachments, events, operator, cases, findings, missing } = gathered;
  const objects = [...hosts, ...attachments];
  const view = statusView(hosts, attachments);
  const entries: readonly TextFile[] = [
    text('status.txt', renderStatus(view, { ...PLAIN, wide: true })),
    text(
      'why.txt',
      objects.flatMap((object) => [...renderWhy(whyView(object), PLAIN), '']),
    ),
    text('check.txt', renderCheck(findings, PLAIN)),
    ...objects.map((object) => {
      const { namespace, name } = object.metadata;
      return yaml(`objects/${object.kind}/${fileName(namespace)}_${fileName(name)}.yaml`, object);
    }),
    yaml('events.yaml', events),
    yaml('operator/deployments.yaml', operator.deployments),
    yaml('operator/pods.yaml', operator.pods),
    yaml('operator/leases.yaml', operator.leases),
    ...Object.entries(operator.logs).map(([key, log]) => ({ path: `operator/logs/${fileName(key)}.log`, content: log })),
    ...Object.entries(operator.metrics).map(([key, page]) => ({ path: `operator/metrics/${fileName(key)}.prom`, content: page })),
    ...(gathered.chartValues === undefined ? [] : [yaml('operator/chart-values.yaml', gathered.chartValues)]),
    yaml('versions.yaml', versions),
    yaml('missing.yaml', missing),
  ];
  const clean = [...entries.map(({ path, content }) => ({ path, content: redactor.at(path).text(content) })), ...casesOf(cases, redactor)];
  const redacted = redactor.list();
  const list = { path: 'redactions.yaml', content: yamlOf(redacted) };
  const page = { path: 'summary.html', content: '' };
  const names = [page, ...clean, list].map(({ path }) => path);
  const summary = summaryPage({ view, gathered, versions, files: names, redacted, now });
  return [{ ...page, content: redactor.text(summary) }, ...clean, list];

  function yaml(path: string, value: unknown): TextFile {
    return { path, content: yamlOf(redactor.at(path).object(value)) };
  }
}

/** As JSON, which what hides by the look of text would break: their strings are looked at one by one. */
function casesOf(cases: readonly HostCase[], redactor: Redactor): readonly TextFile[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const { namespace, name } = one.host.metadata;
    const key = `${fileName(namespace)}_${fileName(name)}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    const path = `cases/${key}_${seen.get(key)}.json`;
    return { path, content: `${JSON.stringify(redactor.at(path).object(one), undefined, 1)}\n` };
  });
}

function text(path: string, lines: readonly string[]): TextFile {
  return { path, content: `${lines.join('\n')}\n` };
}

/** Names of Kubernetes objects hold nothing else; whatever did would not leave the folder. */
function fileName(key: string): string {
  return key
    .replaceAll('/', '_')
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^\.+/, '');
}
