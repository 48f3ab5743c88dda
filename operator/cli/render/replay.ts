/** `replay` as text: what was seen, remembered, decided and reported, one after another. Pure. */
import type { Style } from '../io.ts';
import type { FactLine } from '../replay/facts.ts';
import type { ReplayView } from '../replay/replayView.ts';
import { stepLines } from './plan.ts';
import { wrapText } from './table.ts';

export function renderReplay(view: ReplayView, style: Style): readonly string[] {
  const { namespace, name, time, seen, remembered, decided, hidden } = view;
  const section = (title: string, lines: readonly string[]): readonly string[] => ['', style.paint('strong', title), ...lines];
  return [
    style.paint('strong', `SriovHost ${namespace}/${name}, decided at ${time}`),
    ...(hidden === 0
      ? []
      : wrapText(`${hidden} values were taken out of this file as secrets: what rests on them may be decided otherwise`, 0, style)),
    ...section('1. What was seen', factLines(seen, style)),
    ...section('2. What was remembered', factLines(remembered, style)),
    ...section('3. What is to be done', decided.steps.length === 0 ? ['  nothing'] : stepLines(decided.steps, { ...style, wide: true })),
    ...section('4. What may be done now, and what is in the way', wayLines(view, style)),
    ...section('5. What is reported', reportLines(view, style)),
    ...section('6. Compared with what was decided then', comparison(view, style)),
  ];
}

function factLines(facts: readonly FactLine[], style: Style): readonly string[] {
  const width = Math.max(...facts.map(({ fact }) => fact.length)) + 2;
  return facts.flatMap(({ fact, value }) => {
    const [first = '', ...rest] = wrapText(value, width + 2, style);
    return [`  ${fact.padEnd(width)}${first.trimStart()}`, ...rest];
  });
}

function wayLines({ decided }: ReplayView, style: Style): readonly string[] {
  const { runsNow, pending, restarts, blocked, waiting, adapters, converged, hash } = decided;
  const problems = adapters.filter(({ known, problem }) => !known || problem !== undefined);
  return factLines(
    [
      { fact: 'carried out now', value: listed(runsNow) },
      { fact: 'wants a restart', value: listed(pending) },
      { fact: 'restarts', value: String(restarts) },
      { fact: 'hash', value: hash === '' ? 'none' : hash },
      { fact: 'in the way', value: blocked === undefined ? 'nothing' : `${blocked.reason}: ${blocked.message}` },
      ...(waiting === undefined ? [] : [{ fact: 'waited for', value: `${waiting.reason}: ${waiting.message}` }]),
      ...problems.map(({ name, known, problem }) => ({
        fact: `adapter ${name}`,
        value: problem === undefined ? `${known ? '' : 'not '}read` : `${problem.reason}: ${problem.message}`,
      })),
      { fact: 'as declared', value: converged ? 'yes' : 'no' },
    ],
    style,
  );
}

function reportLines({ decided }: ReplayView, style: Style): readonly string[] {
  return factLines(
    [
      { fact: 'progress', value: decided.progress },
      ...decided.conditions.map(({ type, status, reason, message }) => ({ fact: type, value: `${status} ${reason}: ${message}` })),
    ],
    style,
  );
}

function comparison({ differences }: ReplayView, style: Style): readonly string[] {
  if (differences.length === 0) return [`  ${style.paint('good', 'the same decision')}`];
  return differences.flatMap(({ what, before, now }) => [
    `  ${style.paint('bad', what)}`,
    ...wrapText(`then: ${before}`, 4, style),
    ...wrapText(`now:  ${now}`, 4, style),
  ]);
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'nothing' : items.join(', ');
}
