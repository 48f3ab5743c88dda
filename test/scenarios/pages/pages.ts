/** The parts of documentation pages that are made of the scenarios, between two marks each. Pure. */
import { SCENARIOS } from '../all.ts';
import { runbookTable } from './runbookTable.ts';
import { adapterTable, combinationsOf, firmwareTable } from './testedMatrix.ts';

interface Part {
  readonly page: string;
  readonly mark: string;
  readonly text: string;
}

export function scenarioParts(): readonly Part[] {
  const combinations = combinationsOf(SCENARIOS);
  return [
    { page: 'docs/versioning.md', mark: 'adapters', text: adapterTable(combinations) },
    { page: 'docs/versioning.md', mark: 'firmware', text: firmwareTable(combinations) },
    { page: 'docs/runbook-tests.md', mark: 'hosts', text: runbookTable('SriovHost') },
    { page: 'docs/runbook-tests.md', mark: 'attachments', text: runbookTable('SriovVmAttachment') },
  ];
}

/** The page with its part replaced. Throws where the marks are not there. */
export function withPart(page: string, { mark, text }: Omit<Part, 'page'>): string {
  const [start, end] = [`<!-- ${mark}: node test/scenarios/pages/write.ts -->`, `<!-- end of ${mark} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no marks '${start}' and '${end}'`);
  return `${page.slice(0, from)}${start}\n\n${text}\n\n${page.slice(to)}`;
}
