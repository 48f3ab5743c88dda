/** `map` as rows of cells like seats, with a legend. Pure. */
import type { Style, Tone } from '../io.ts';
import type { MapCell, MapRow } from '../mapView.ts';

const SIGNS: Readonly<Record<Exclude<MapCell['use'], 'ours'>, { readonly sign: string; readonly tone: Tone; readonly meaning: string }>> = {
  other: { sign: '#', tone: 'bad', meaning: 'used by a VM without an attachment' },
  free: { sign: '.', tone: 'good', meaning: 'free' },
  extra: { sign: '+', tone: 'busy', meaning: 'free, more than declared' },
  missing: { sign: '-', tone: 'faint', meaning: 'declared, not there' },
};
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ROW_LENGTH = 32;

export function renderMap(rows: readonly MapRow[], style: Style): readonly string[] {
  if (rows.length === 0) return ['no SriovHost here'];
  const hosts = [...new Set(rows.map(({ host }) => host))];
  const used = new Set(rows.flatMap(({ cells }) => cells.map(({ use }) => use)));
  const signs = Object.entries(SIGNS).filter(([use]) => used.has(use as MapCell['use']));
  return [
    ...hosts.flatMap((host) => [
      style.paint('strong', host),
      ...hostLines(
        rows.filter((row) => row.host === host),
        style,
      ),
    ]),
    ...signs.map(([, { sign, tone, meaning }]) => `${style.paint(tone, sign)}  ${meaning}`),
  ];
}

function hostLines(rows: readonly MapRow[], style: Style): readonly string[] {
  const labels = rows.map(({ adapter, port, vmnic }) => `${adapter} port ${port}${vmnic === undefined ? '' : ` ${vmnic}`}`);
  const width = Math.max(...labels.map(({ length }) => length));
  const letters = lettersOf(rows);
  const lines = rows.flatMap(({ cells }, index) => {
    const text = cells.map((cell) => sign(cell, letters, style));
    const parts = Array.from({ length: Math.max(1, Math.ceil(text.length / ROW_LENGTH)) }, (_, part) =>
      text.slice(part * ROW_LENGTH, (part + 1) * ROW_LENGTH).join(''),
    );
    return parts.map((part, line) => `  ${(line === 0 ? (labels[index] ?? '') : '').padEnd(width)}  [${part}]`);
  });
  const legend = [...letters].map(
    ([cell, letter]) =>
      `  ${style.paint('busy', letter)}  VM ${cell.vm}${cell.attachment === cell.vm ? '' : ` by ${cell.attachment}`}, VF ${cell.virtualFunction}`,
  );
  return [...lines, ...legend, ''];
}

/** A letter for each attachment of a host; further ones share the last. */
function lettersOf(rows: readonly MapRow[]): ReadonlyMap<MapCell, string> {
  const ours = rows.flatMap(({ cells }) => cells.filter(({ use }) => use === 'ours'));
  return new Map(ours.map((cell, index) => [cell, LETTERS[index] ?? '*']));
}

function sign(cell: MapCell, letters: ReadonlyMap<MapCell, string>, style: Style): string {
  if (cell.use === 'ours') return style.paint('busy', letters.get(cell) ?? '*');
  const { sign: text, tone } = SIGNS[cell.use];
  return style.paint(tone, text);
}
