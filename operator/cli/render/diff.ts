/** `diff` as a table. Pure. */
import type { Difference } from '../diffView.ts';
import type { Style } from '../io.ts';
import { type Cell, layOut } from './table.ts';

const TITLES = ['LAYER', 'WHAT', 'DECLARED', 'SEEN', 'RESULT'];

export function renderDiff(rows: readonly Difference[], style: Style): readonly string[] {
  return layOut(
    TITLES,
    rows.map(({ layer, item, declared, seen, same }, index) => [
      { text: rows[index - 1]?.layer === layer ? '' : layer },
      { text: item },
      { text: declared },
      { text: seen },
      result(same),
    ]),
    style,
  );
}

function result(same: boolean | undefined): Cell {
  if (same === undefined) return { text: '? unknown', tone: 'faint' };
  return same ? { text: '✔ same', tone: 'good' } : { text: '✖ differs', tone: 'bad' };
}
