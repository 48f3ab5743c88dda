/** The state of an object in one word and one glyph: colour alone says nothing to some, and nothing in a log. Pure. */
import { findCondition, isTrue } from '../../api/conditions.ts';
import { ANNOTATIONS } from '../../api/group.ts';
import type { Condition, SriovHost, SriovVmAttachment } from '../../api/types.ts';
import type { Tone } from '../io.ts';
import type { Cell } from './table.ts';

export type StateWord = 'Ready' | 'Working' | 'Stalled' | 'Held' | 'Detached' | 'Unseen';

export interface State {
  readonly word: StateWord;
  /** Reason of Ready; empty while nothing was reported. */
  readonly reason: string;
  /** The one line for people. */
  readonly progress: string;
  /** False while the status speaks of an older spec. */
  readonly current: boolean;
}

const LOOKS: Readonly<Record<StateWord, { readonly glyph: string; readonly tone: Tone }>> = {
  Ready: { glyph: '✔', tone: 'good' },
  Working: { glyph: '◌', tone: 'busy' },
  Stalled: { glyph: '✖', tone: 'bad' },
  Held: { glyph: '‖', tone: 'busy' },
  Detached: { glyph: '○', tone: 'faint' },
  Unseen: { glyph: '?', tone: 'faint' },
};

export function stateOf({ metadata, status }: SriovHost | SriovVmAttachment): State {
  const ready = findCondition(status?.conditions, 'Ready');
  const current = status?.observedGeneration === metadata.generation;
  const held = metadata.annotations?.[ANNOTATIONS.hold] !== undefined;
  const note = heldBecause(metadata.annotations?.[ANNOTATIONS.hold]);
  if (ready === undefined) return { word: held ? 'Held' : 'Unseen', reason: '', progress: `${note}not looked at yet`, current };
  const word = held ? 'Held' : wordOf(ready, isTrue(status?.conditions, 'Stalled'));
  // Some messages have a placeholder where the command wants a name.
  const text = (status?.progress ?? ready.message).replaceAll('<name>', metadata.name);
  return { word, reason: ready.reason, progress: `${note}${text}${current ? '' : ' (of the spec before its last change)'}`, current };
}

function wordOf(ready: Condition, stalled: boolean): StateWord {
  if (ready.status === 'True') return 'Ready';
  if (ready.reason === 'Detached') return 'Detached';
  return stalled ? 'Stalled' : 'Working';
}

/** People may write into the annotation why. */
function heldBecause(value: string | undefined): string {
  return value === undefined || value === '' ? '' : `held: ${value}; `;
}

export function stateCell(word: StateWord): Cell {
  const { glyph, tone } = LOOKS[word];
  return { text: `${glyph} ${word}`, tone };
}
