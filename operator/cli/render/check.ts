/** `check` as text: a glyph and a word for each finding, a hint and where to read on under each that is not ok. Pure. */
import type { Finding } from '../checks/finding.ts';
import type { Style, Tone } from '../io.ts';
import { wrapText } from './table.ts';

const LOOKS: Readonly<Record<Finding['result'], { readonly mark: string; readonly tone: Tone }>> = {
  ok: { mark: '✔ ok     ', tone: 'good' },
  warning: { mark: '! warning', tone: 'busy' },
  failed: { mark: '✖ failed ', tone: 'bad' },
};
const INDENT = 11;

/** `short`: a line for each finding that is not ok, and the count. */
export function renderCheck(findings: readonly Finding[], style: Style, short = false): readonly string[] {
  const areas = [...new Set(findings.map(({ area }) => area))];
  if (short) return [...findings.filter(({ result }) => result !== 'ok').map((finding) => shortLine(finding, style)), counts(findings)];
  return [
    ...areas.flatMap((area) => [
      style.paint('strong', area),
      ...findings.filter((finding) => finding.area === area).flatMap((finding) => lines(finding, style)),
    ]),
    '',
    counts(findings),
  ];
}

function counts(findings: readonly Finding[]): string {
  const count = (result: Finding['result']): number => findings.filter((finding) => finding.result === result).length;
  return `${count('ok')} ok, ${count('warning')} warning${count('warning') === 1 ? '' : 's'}, ${count('failed')} failed`;
}

function shortLine({ what, result, link }: Finding, style: Style): string {
  const { mark, tone } = LOOKS[result];
  return `${style.paint(tone, mark)}  ${what} (${link})`;
}

function lines({ what, result, hint, link }: Finding, style: Style): readonly string[] {
  const { mark, tone } = LOOKS[result];
  const [first = '', ...rest] = wrapText(what, INDENT, style);
  return [
    `${style.paint(tone, mark)}  ${first.trimStart()}`,
    ...rest,
    ...(hint === undefined
      ? []
      : [...wrapText(`hint: ${hint}`, INDENT, style), ...wrapText(`see ${link}`, INDENT, style)].map((line) => style.paint('faint', line))),
  ];
}
