/** `plan` as text. Pure. */
import type { PlanStep } from '../../api/types.ts';
import type { Style, Tone } from '../io.ts';
import type { PlanView } from '../planView.ts';
import { duration } from './journal.ts';
import { layOut, wrapText } from './table.ts';

const TITLES = ['#', 'STEP', 'ON', 'TAKES', 'BECAUSE', 'WHAT'];
const NARROW_TITLES = ['#', 'STEP', 'ON', 'TAKES', 'WHAT'];
const TONES: Readonly<Record<PlanStep['disruption'], Tone | undefined>> = {
  None: undefined,
  Maintenance: 'busy',
  Restart: 'bad',
  VmPowerOff: 'bad',
};

export function renderPlan(view: PlanView, style: Style): readonly string[] {
  const title = style.paint('strong', `SriovHost ${view.namespace}/${view.name}`);
  const obstacle =
    view.obstacle === undefined ? [] : ['', style.paint('busy', view.obstacle.reason), ...wrapText(view.obstacle.message, 2, style)];
  const next = view.next === undefined ? [] : ['', style.paint('strong', 'Next:'), `  ${view.next}`];
  const looks = (view.looks ?? []).flatMap(({ at, address, ok, detail }) =>
    wrapText(`looked at ${at} ${address}: ${ok ? '' : 'not seen, '}${detail}`, 0, style),
  );
  if (view.steps.length === 0) return [`${title}: nothing to do`, ...looks, ...obstacle, ...next];
  return [
    `${title}: ${count(view.steps.length, 'step')}, ${count(view.restarts, 'restart')}`,
    '',
    ...stepLines(view.steps, style),
    '',
    ...facts(view, style),
    ...looks,
    ...obstacle,
    ...next,
  ];
}

/** A table of steps. */
export function stepLines(steps: readonly PlanStep[], style: Style): readonly string[] {
  const rows = steps.map(({ kind, subject, description, because, disruption, expected }, index) => [
    { text: String(index + 1) },
    { text: `${kind}${expected === true ? ' (expected)' : ''}` },
    { text: subject },
    { text: disruption === 'None' ? '' : disruption, tone: TONES[disruption] },
    ...(style.wide ? [{ text: because }] : []),
    { text: description },
  ]);
  return layOut(style.wide ? TITLES : NARROW_TITLES, rows, style);
}

function facts(view: PlanView, style: Style): readonly string[] {
  const vms = view.affectedVms.length === 0 ? 'none' : view.affectedVms.join(', ');
  return [
    ...wrapText(`running VMs that a restart touches: ${vms}`, 0, style),
    ...(view.expectedDowntimeSeconds === undefined ? [] : [`host away for about ${duration(view.expectedDowntimeSeconds)}`]),
    `hash: ${view.hash ?? ''}`,
    `approval: ${approval(view)}`,
    ...(view.steps.some(({ expected }) => expected === true)
      ? wrapText('expected: decided once an earlier step shows the facts; the hash covers it', 0, style)
      : []),
  ];
}

function approval({ approval: asked, approvedHash, hash }: PlanView): string {
  if (asked === 'Automatic') return 'not asked for (spec.disruption.approval is Automatic)';
  if (approvedHash === undefined) return 'required';
  return approvedHash === hash ? 'given' : `given for ${approvedHash}; it covers the rest of that plan and no restart more`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
