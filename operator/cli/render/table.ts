/** Tables and trees as lines of text. Pure. */
import type { Style, Tone } from '../io.ts';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

export type Row = readonly Cell[];

export interface TreeNode {
  /** The first cell is the name that the branches lead to. */
  readonly cells: Row;
  readonly children: readonly TreeNode[];
}

const GAP = 2;

/** One line for each row under the titles; the last column is cut where the terminal ends. Columns that nobody fills are left out. */
export function layOut(titles: readonly string[], rows: readonly Row[], style: Style): readonly string[] {
  const used = titles.map((_, index) => rows.some((row) => (row[index]?.text ?? '') !== ''));
  const keep = (row: Row): Row => row.filter((_, index) => used[index] === true);
  const all = [keep(titles.map((text) => ({ text, tone: 'strong' as const }))), ...rows.map(keep)];
  const widths = all[0]?.map((_, index) => Math.max(...all.map((row) => width(row[index]?.text ?? '')))) ?? [];
  return all.map((row) => {
    const fixed = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP, 0);
    const room = style.columns === 0 ? Number.POSITIVE_INFINITY : Math.max(style.columns - fixed - 1, 20);
    const cells = widths.map((one, index) => {
      const { text = '', tone } = row[index] ?? {};
      const last = index === widths.length - 1;
      const shown = last ? shorten(text, room) : text;
      return style.paint(tone, shown) + (last ? '' : ' '.repeat(one - width(text) + GAP));
    });
    return cells.join('').trimEnd();
  });
}

/** Tree nodes as rows whose first cell carries the branches. */
export function treeRows(nodes: readonly TreeNode[]): readonly Row[] {
  return nodes.flatMap(({ cells, children }) => [cells, ...branches(children, '')]);
}

function branches(nodes: readonly TreeNode[], indent: string): readonly Row[] {
  return nodes.flatMap(({ cells: [name, ...rest], children }, index) => {
    const last = index === nodes.length - 1;
    const row: Row = [{ text: `${indent}${last ? '└─' : '├─'}${name?.text ?? ''}`, tone: name?.tone }, ...rest];
    return [row, ...branches(children, `${indent}${last ? '  ' : '│ '}`)];
  });
}

/** Breaks a long text at its spaces; every line is indented. Without a limit it stays one line. */
export function wrapText(text: string, indent: number, style: Style): readonly string[] {
  const room = style.columns === 0 ? Number.POSITIVE_INFINITY : Math.max(style.columns - indent - 1, 24);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines.map((line) => ' '.repeat(indent) + line);
}

/** All glyphs that we use take one place. */
function width(text: string): number {
  return [...text].length;
}

function shorten(text: string, room: number): string {
  return width(text) <= room ? text : `${[...text].slice(0, Math.max(room - 1, 0)).join('')}…`;
}
