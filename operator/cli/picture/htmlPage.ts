/** The map as one HTML file: the picture, and the same as tables for those who do not see it. Nothing is loaded from anywhere. Pure. */
import { meaningOf, rowLabel, rowsByHost } from '../mapSigns.ts';
import type { MapCell, MapRow } from '../mapView.ts';
import { escapeMarkup } from './escape.ts';
import { pageOf } from './page.ts';
import { svgMap } from './svgMap.ts';

const COLUMNS = ['Port', 'Declared', 'Present', 'In use', 'Free', 'Missing', 'VMs'];

export function htmlPage(rows: readonly MapRow[], now: Date): string {
  return pageOf({ title: 'SR-IOV virtual functions', body: mapMarkup(rows), now });
}

/** The picture and the tables, for a page of somebody else. */
export function mapMarkup(rows: readonly MapRow[]): string {
  const hosts = rowsByHost(rows).map(([host, ofHost]) => table(host, ofHost));
  return [`<figure>${svgMap(rows)}</figure>`, ...hosts].join('\n');
}

function table(host: string, rows: readonly MapRow[]): string {
  const head = COLUMNS.map((title) => `<th scope="col">${title}</th>`).join('');
  return `<table><caption>${escapeMarkup(host)}</caption><thead><tr>${head}</tr></thead><tbody>${rows.map(line).join('')}</tbody></table>`;
}

function line(row: MapRow): string {
  const functions = row.cells.filter(({ whole }) => whole !== true);
  const count = (...uses: readonly MapCell['use'][]): number => functions.filter(({ use }) => uses.includes(use)).length;
  const vms = row.cells.filter(({ use }) => use === 'ours').map(meaningOf);
  const cells = [
    count('ours', 'other', 'free', 'missing'),
    count('ours', 'other', 'free', 'extra'),
    count('ours', 'other'),
    count('free', 'extra'),
    count('missing'),
    vms.join('; '),
  ];
  const data = cells.map((cell) => `<td>${escapeMarkup(String(cell))}</td>`).join('');
  return `<tr><th scope="row">${escapeMarkup(rowLabel(row))}</th>${data}</tr>`;
}
