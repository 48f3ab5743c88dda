/** The sign of each cell of the map and what it means, the same in the terminal and in pictures: colour alone says nothing to some. Pure. */
import type { Tone } from './io.ts';
import type { MapCell, MapRow } from './mapView.ts';

export interface Sign {
  readonly sign: string;
  readonly tone: Tone;
  readonly meaning: string;
}

export const SIGNS: Readonly<Record<Exclude<MapCell['use'], 'ours'>, Sign>> = {
  other: { sign: '#', tone: 'bad', meaning: 'used by a VM without an attachment' },
  free: { sign: '.', tone: 'good', meaning: 'free' },
  extra: { sign: '+', tone: 'busy', meaning: 'free, more than declared' },
  missing: { sign: '-', tone: 'faint', meaning: 'declared, not there' },
};

/** Cells of a port side by side before the next line begins. */
export const ROW_LENGTH = 32;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A letter for each attachment of a host; further ones share the last. */
export function lettersOf(rows: readonly MapRow[]): ReadonlyMap<MapCell, string> {
  const ours = rows.flatMap(({ cells }) => cells.filter(({ use }) => use === 'ours'));
  return new Map(ours.map((cell, index) => [cell, LETTERS[index] ?? '*']));
}

export function signOf(cell: MapCell, letters: ReadonlyMap<MapCell, string>): string {
  return cell.use === 'ours' ? (letters.get(cell) ?? '*') : SIGNS[cell.use].sign;
}

/** For example `VM db-01 by db-01-fabric0, VF 0000:3b:00.2`, on InfiniBand with its link. */
export function meaningOf(cell: MapCell): string {
  if (cell.use !== 'ours') return SIGNS[cell.use].meaning;
  const what = cell.whole === true ? 'the whole physical function' : `VF ${cell.virtualFunction}`;
  return [`VM ${cell.vm}${cell.attachment === cell.vm ? '' : ` by ${cell.attachment}`}`, what, ...(cell.fabric ?? [])].join(', ');
}

/** For example `fabric0 port 1 vmnic2`. */
export function rowLabel({ adapter, port, vmnic, passedThrough }: MapRow): string {
  const rest = passedThrough === true ? 'passed through' : vmnic;
  return `${adapter} port ${port}${rest === undefined ? '' : ` ${rest}`}`;
}

/** In order, with their rows. */
export function rowsByHost(rows: readonly MapRow[]): readonly (readonly [host: string, rows: readonly MapRow[]])[] {
  const hosts = [...new Set(rows.map(({ host }) => host))];
  return hosts.map((host) => [host, rows.filter((row) => row.host === host)]);
}
