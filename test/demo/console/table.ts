/** Lays out a table in columns. Pure. */
import type { Output, Tone } from './output.ts';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

export type Row = readonly Cell[];

const GAP = 2;

/** One line for each row under the titles, cut where the terminal ends: a line that wraps could not be drawn over. `columns` 0: no limit. */
export function layOut(
  titles: readonly string[],
  rows: readonly Row[],
  { paint, columns }: Pick<Output, 'paint' | 'columns'>,
): readonly string[] {
  const all: readonly Row[] = [titles.map((text) => ({ text, tone: 'strong' as const })), ...rows];
  const widths = titles.map((_, index) => Math.max(...all.map((row) => row[index]?.text.length ?? 0)));
  const limit = columns() === 0 ? Number.POSITIVE_INFINITY : columns() - 1;
  return all.map((row) => {
    let room = limit;
    const cells = row.map(({ text, tone }, index) => {
      const width = (widths[index] ?? 0) + GAP;
      const shown = shorten(text, room);
      const padding = index === row.length - 1 ? 0 : Math.min(width, room) - shown.length;
      room = Math.max(room - width, 0);
      return paint(tone, shown) + ' '.repeat(padding);
    });
    return cells.join('');
  });
}

/** The table without these columns. */
export function withoutColumns(
  titles: readonly string[],
  rows: readonly Row[],
  unwanted: readonly string[],
): readonly [readonly string[], readonly Row[]] {
  const wanted = (_: unknown, index: number): boolean => !unwanted.includes(titles[index] ?? '');
  return [titles.filter(wanted), rows.map((row) => row.filter(wanted))];
}

function shorten(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(room - 1, 0))}…`.slice(0, room);
}
