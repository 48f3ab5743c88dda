/** The map as an SVG picture that loads nothing, and can be read without colours and by a screen reader. Pure. */
import { lettersOf, meaningOf, ROW_LENGTH, rowLabel, rowsByHost, SIGNS, signOf } from '../mapSigns.ts';
import type { MapCell, MapRow } from '../mapView.ts';
import { escapeMarkup } from './escape.ts';

const CELL = 22;
const GAP = 3;
const LINE = CELL + GAP;
const MARGIN = 12;
const TITLE = 28;
/** About what one letter of the labels takes, in pixels. */
const LETTER = 7.5;
/** Colours that the colour-blind tell apart (Okabe and Ito); the signs say the same. */
const FILL: Readonly<Record<MapCell['use'], string>> = {
  ours: '#0072b2',
  other: '#d55e00',
  free: '#d9f0e6',
  extra: '#f0e442',
  missing: '#ffffff',
};
const INK: Readonly<Record<MapCell['use'], string>> = {
  ours: '#ffffff',
  other: '#ffffff',
  free: '#000000',
  extra: '#000000',
  missing: '#000000',
};

interface Drawing {
  readonly parts: readonly string[];
  readonly height: number;
}

/** One `<svg>` element. */
export function svgMap(rows: readonly MapRow[]): string {
  const labelWidth = Math.max(80, ...rows.map((row) => rowLabel(row).length * LETTER)) + MARGIN;
  const longest = Math.min(ROW_LENGTH, Math.max(8, ...rows.map(({ cells }) => cells.length)));
  const width = Math.ceil(Math.max(2 * MARGIN + labelWidth + longest * LINE, 2 * MARGIN + longestLine(rows), 420));
  const parts: string[] = [];
  let top = MARGIN;
  for (const [host, ofHost] of rowsByHost(rows)) {
    const drawing = drawHost({ host, rows: ofHost, labelWidth }, top);
    parts.push(...drawing.parts);
    top += drawing.height;
  }
  const legend = drawLegend(rows, top);
  const height = top + legend.height + MARGIN;
  const name = 'Virtual functions and who uses them';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${name}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12">`,
    `<title>${name}</title>`,
    `<desc>${escapeMarkup(describe(rows))}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    ...legend.parts,
    '</svg>',
  ].join('\n');
}

/** The widest line of text beside the labels: names of hosts, which are larger, and who has which cell. In pixels. */
function longestLine(rows: readonly MapRow[]): number {
  const widths = [...rowsByHost(rows)].flatMap(([host, ofHost]) => [
    host.length * LETTER * 1.2,
    ...[...lettersOf(ofHost)].map(([cell, letter]) => GAP + ownerLine(cell, letter).length * LETTER),
  ]);
  return Math.max(0, ...widths);
}

function ownerLine(cell: MapCell, letter: string): string {
  return `${letter}  ${meaningOf(cell)}`;
}

/** The counts of every port in words. */
export function describe(rows: readonly MapRow[]): string {
  const ports = rows.map((row) => {
    const whole = row.cells.find((cell) => cell.whole === true);
    if (whole !== undefined) return `${row.host} ${rowLabel(row)}: ${meaningOf(whole)}`;
    const count = (use: MapCell['use']): number => row.cells.filter((cell) => cell.use === use).length;
    const used = count('ours') + count('other');
    return `${row.host} ${rowLabel(row)}: ${used} in use, ${count('free') + count('extra')} free, ${count('missing')} missing`;
  });
  return ports.length === 0 ? 'no host' : ports.join('; ');
}

interface HostDrawing {
  readonly host: string;
  readonly rows: readonly MapRow[];
  readonly labelWidth: number;
}

function drawHost({ host, rows, labelWidth }: HostDrawing, top: number): Drawing {
  const letters = lettersOf(rows);
  const parts = [
    '<g>',
    `<title>${escapeMarkup(host)}</title>`,
    text(MARGIN, top + 16, { content: host, more: ' font-weight="bold" font-size="14"' }),
  ];
  let y = top + TITLE;
  for (const row of rows) {
    parts.push(text(MARGIN, y + 15, { content: rowLabel(row) }));
    row.cells.forEach((cell, index) => {
      const x = MARGIN + labelWidth + (index % ROW_LENGTH) * LINE;
      parts.push(drawCell(cell, { x, y: y + Math.floor(index / ROW_LENGTH) * LINE, sign: signOf(cell, letters) }));
    });
    y += Math.max(1, Math.ceil(row.cells.length / ROW_LENGTH)) * LINE;
  }
  for (const [cell, letter] of letters) {
    parts.push(text(MARGIN + GAP, y + 15, { content: ownerLine(cell, letter) }));
    y += 18;
  }
  return { parts: [...parts, '</g>'], height: y - top + MARGIN };
}

function drawLegend(rows: readonly MapRow[], top: number): Drawing {
  const used = new Set(rows.flatMap(({ cells }) => cells.map(({ use }) => use)));
  const kinds = (Object.keys(SIGNS) as (keyof typeof SIGNS)[]).filter((use) => used.has(use));
  const parts = kinds.flatMap((use, index) => {
    const y = top + index * LINE;
    return [drawCell({ use }, { x: MARGIN, y, sign: SIGNS[use].sign }), text(MARGIN + LINE + GAP, y + 15, { content: SIGNS[use].meaning })];
  });
  return { parts, height: kinds.length * LINE };
}

function drawCell(cell: MapCell, { x, y, sign }: { readonly x: number; readonly y: number; readonly sign: string }): string {
  const dashes = cell.use === 'missing' ? ' stroke-dasharray="3 2"' : '';
  return [
    `<g><title>${escapeMarkup(meaningOf(cell))}</title>`,
    `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" rx="4" fill="${FILL[cell.use]}" stroke="#333333"${dashes}/>`,
    `<text x="${x + CELL / 2}" y="${y + 15}" text-anchor="middle" fill="${INK[cell.use]}">${escapeMarkup(sign)}</text></g>`,
  ].join('');
}

function text(x: number, y: number, { content, more = '' }: { readonly content: string; readonly more?: string }): string {
  return `<text x="${x}" y="${y}" fill="#000000"${more}>${escapeMarkup(content)}</text>`;
}
