/** Actions of the operator on the outside world, oldest first. Pure. */
import type { JournalEntry } from '../../api/types.ts';
import type { Style, Tone } from '../io.ts';
import { layOut } from './table.ts';

const TITLES = ['TIME', 'ACTION', 'ON', 'RESULT', 'TOOK', 'COMMAND', 'BEFORE', 'AFTER', 'DETAIL'];
const TONES: Readonly<Record<JournalEntry['result'], Tone>> = { Succeeded: 'good', Failed: 'bad', Sent: 'busy' };

export function journalLines(entries: readonly JournalEntry[], style: Style): readonly string[] {
  const rows = entries.map(({ time, action, subject, result, durationSeconds, detail, command, before, after }) => [
    { text: time },
    { text: action },
    { text: subject },
    { text: result, tone: TONES[result] },
    { text: duration(durationSeconds) },
    // Columns that nobody fills are left out.
    ...[command, before, after].map((text) => ({ text: style.wide ? (text ?? '') : '' })),
    { text: detail ?? '' },
  ]);
  return layOut(TITLES, rows, style);
}

/** `45s`, `3m20s`, `1h05m`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
}
