/** `map` as rows of cells like seats, with a legend. Pure. */
import type { Style } from '../io.ts';
import { lettersOf, meaningOf, ROW_LENGTH, rowLabel, rowsByHost, SIGNS, signOf } from '../mapSigns.ts';
import type { MapCell, MapRow } from '../mapView.ts';

export function renderMap(rows: readonly MapRow[], style: Style): readonly string[] {
  if (rows.length === 0) return ['no SriovHost here'];
  const used = new Set(rows.flatMap(({ cells }) => cells.map(({ use }) => use)));
  const signs = Object.entries(SIGNS).filter(([use]) => used.has(use as MapCell['use']));
  return [
    ...rowsByHost(rows).flatMap(([host, ofHost]) => [style.paint('strong', host), ...hostLines(ofHost, style)]),
    ...signs.map(([, { sign, tone, meaning }]) => `${style.paint(tone, sign)}  ${meaning}`),
  ];
}

function hostLines(rows: readonly MapRow[], style: Style): readonly string[] {
  const labels = rows.map(rowLabel);
  const width = Math.max(...labels.map(({ length }) => length));
  const letters = lettersOf(rows);
  const lines = rows.flatMap(({ cells }, index) => {
    const text = cells.map((cell) => style.paint(cell.use === 'ours' ? 'busy' : SIGNS[cell.use].tone, signOf(cell, letters)));
    const parts = Array.from({ length: Math.max(1, Math.ceil(text.length / ROW_LENGTH)) }, (_, part) =>
      text.slice(part * ROW_LENGTH, (part + 1) * ROW_LENGTH).join(''),
    );
    return parts.map((part, line) => `  ${(line === 0 ? (labels[index] ?? '') : '').padEnd(width)}  [${part}]`);
  });
  const legend = [...letters].map(([cell, letter]) => `  ${style.paint('busy', letter)}  ${meaningOf(cell)}`);
  return [...lines, ...legend, ''];
}
