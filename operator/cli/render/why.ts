/** `why` as text: what is not good, what it means, what to do, what was done last. Pure. */
import type { Style } from '../io.ts';
import type { Trouble, WhyView } from '../whyView.ts';
import { journalLines } from './journal.ts';
import { stateCell } from './state.ts';
import { wrapText } from './table.ts';

export function renderWhy(view: WhyView, style: Style): readonly string[] {
  const { text, tone } = stateCell(view.state);
  const title = `${style.paint('strong', `${view.kind} ${view.namespace}/${view.name}`)}  ${style.paint(tone, text)}`;
  if (view.troubles.length === 0) return [title, ...wrapText(view.progress, 2, style), ...next(view, style)];
  return [
    title,
    ...view.troubles.flatMap((trouble) => ['', ...troubleLines(trouble, style)]),
    ...next(view, style),
    ...evidence(view, style),
  ];
}

function troubleLines({ reason, conditions, messages, meaning, remedy }: Trouble, style: Style): readonly string[] {
  return [
    `${style.paint('bad', reason)}  ${style.paint('faint', `(${conditions.join(', ')})`)}`,
    ...messages.flatMap((message) => wrapText(message, 2, style)),
    ...(meaning === undefined ? [] : labelled('Meaning:', meaning, style)),
    ...(remedy === undefined ? [] : labelled('What to do:', remedy, style)),
  ];
}

function labelled(label: string, text: string, style: Style): readonly string[] {
  const [first = '', ...rest] = wrapText(`${label} ${text}`, 2, style);
  return [first.replace(label, style.paint('strong', label)), ...rest];
}

function next({ next: command }: WhyView, style: Style): readonly string[] {
  return command === undefined ? [] : ['', style.paint('strong', 'Next:'), `  ${command}`];
}

function evidence({ evidence: entries }: WhyView, style: Style): readonly string[] {
  if (entries.length === 0) return [];
  return ['', style.paint('strong', 'Last actions:'), ...journalLines(entries, style).map((line) => `  ${line}`)];
}
