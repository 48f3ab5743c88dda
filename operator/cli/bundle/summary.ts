/** The page that opens a support bundle: what state all is in, what was found, what is missing, what was hidden. Pure. */
import type { Finding } from '../checks/finding.ts';
import { mapView } from '../mapView.ts';
import { escapeMarkup } from '../picture/escape.ts';
import { pageOf } from '../picture/page.ts';
import { svgMap } from '../picture/svgMap.ts';
import { everyAttachment, type StatusView } from '../statusView.ts';
import type { Versions } from './files.ts';
import type { Gathered } from './gather.ts';
import type { Redaction } from './redact.ts';

export interface Summary {
  readonly view: StatusView;
  readonly gathered: Gathered;
  readonly versions: Versions;
  readonly files: readonly string[];
  readonly redacted: readonly Redaction[];
  readonly now: Date;
}

export function summaryPage({ view, gathered, versions, files, redacted, now }: Summary): string {
  const things = [
    ...view.hosts.map((host) => ['SriovHost', `${host.namespace}/${host.name}`, host.state, host.reason, host.progress]),
    ...everyAttachment(view).map((one) => ['SriovVmAttachment', `${one.namespace}/${one.name}`, one.state, one.reason, one.progress]),
  ];
  const rows = mapView(view);
  const body = [
    '<p><strong>Read before you pass it on:</strong> names, addresses, PCI and MAC addresses are in it. Secrets were taken out as listed below; that is done by the names of fields and the look of text, so look for yourself where it matters.</p>',
    section('Objects', table(['Kind', 'Name', 'State', 'Reason', 'Message'], things)),
    section('Virtual functions', rows.length === 0 ? '<p>none</p>' : `<figure>${svgMap(rows)}</figure>`),
    section('Findings', table(['Result', 'Area', 'What', 'Hint', 'See'], gathered.findings.map(findingRow))),
    section('Operator', table(['Pod', 'Image'], gathered.operator.pods.map(podRow))),
    section('Decisions to replay', decisions(gathered.cases)),
    section(
      'Not in this bundle',
      table(
        ['What', 'Why'],
        gathered.missing.map(({ what, why }) => [what, why]),
      ),
    ),
    section(
      'Hidden',
      table(
        ['File', 'Given away by', 'Field', 'Values'],
        redacted.map(({ file, by, field = '', values }) => [file, by, field, String(values)]),
      ),
    ),
    section('Versions', table(['What', 'Version'], Object.entries(versions))),
    section(
      'Files',
      `<ul>${files.map((file) => `<li><a href="${escapeMarkup(encodeURI(file))}">${escapeMarkup(file)}</a></li>`).join('')}</ul>`,
    ),
  ];
  return pageOf({ title: 'SR-IOV support bundle', body: body.join('\n'), now });
}

function section(title: string, content: string): string {
  return `<section><h2>${escapeMarkup(title)}</h2>\n${content}</section>`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p>none</p>';
  const head = titles.map((title) => `<th scope="col">${escapeMarkup(title)}</th>`).join('');
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeMarkup(cell)}</td>`).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>${lines}</tbody></table>`;
}

function findingRow({ result, area, what, link, hint = '' }: Finding): readonly string[] {
  return [result, area, what, hint, link];
}

function decisions(cases: Gathered['cases']): string {
  if (cases.length === 0) return '<p>none: the operator writes what it decides about hosts to its log at level debug only</p>';
  const rows = cases.map(({ host: { metadata }, time, decided }) => [`${metadata.namespace}/${metadata.name}`, time, decided.progress]);
  return table(['Host', 'Decided at', 'Reported'], rows);
}

function podRow({ metadata, spec }: Gathered['operator']['pods'][number]): readonly string[] {
  return [`${metadata.namespace}/${metadata.name}`, (spec?.containers ?? []).map(({ image = '' }) => image).join(', ')];
}
