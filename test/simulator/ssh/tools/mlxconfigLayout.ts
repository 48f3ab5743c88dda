/** How the generations of mlxconfig lay out their tables (format strings of mstflint, mlxcfg_ui.cpp). */
import type { HostWorld } from '../../world/hostWorld.ts';
import { mftAtLeast } from './mftVersion.ts';

export interface Layout {
  /** `%-Ns` of the device header. */
  readonly header: number;
  readonly name: number;
  /** Of a cell; one blank follows, also where the value is wider. */
  readonly value: number;
  /** Read-only parameters carry the mark `RO`. */
  readonly marksReadOnly: boolean;
  /** Head of the only column of a plain `q`. */
  readonly singleColumn: 'Current' | 'Next Boot';
  readonly prefix: (modified: boolean, readOnly: boolean) => string;
  readonly columns: (heads: readonly string[]) => string;
  readonly prompt: string;
}

export function layoutOf(world: HostWorld): Layout {
  if (mftAtLeast(world, 4, 28)) {
    return wide(mftAtLeast(world, 4, 36) ? 48 : 44);
  }
  return {
    header: 16,
    name: 36,
    value: 15,
    marksReadOnly: false,
    singleColumn: mftAtLeast(world, 4, 22) ? 'Next Boot' : 'Current',
    prefix: (modified) => (modified ? '*        ' : '         '),
    columns: classicColumns,
    prompt: mftAtLeast(world, 4, 24) ? ' Apply new Configuration? (y/n) [n] : ' : ' Apply new Configuration? ? (y/n) [n] : ',
  };
}

function wide(name: number): Layout {
  return {
    header: 20,
    name,
    value: 20,
    marksReadOnly: true,
    singleColumn: 'Next Boot',
    prefix: (modified, readOnly) => `${modified ? '*' : ' '}${readOnly ? 'RO' : '  '}     `,
    columns: (heads) => `${'Configurations:'.padEnd(8 + name)}${heads.map((head) => head.padEnd(21)).join('')}`.trimEnd(),
    prompt: ' Apply new Configuration? (y/n) [n] : ',
  };
}

function classicColumns(heads: readonly string[]): string {
  const start = 'Configurations:'.padEnd(16);
  const [first = '', second = '', third = ''] = heads;
  switch (heads.length) {
    case 3:
      return `${start}${first.padStart(36)}${second.padStart(16)}${third.padStart(18)}`;
    case 2:
      return `${start}${first.padStart(38)}${second.padStart(10)}`;
    default:
      return `${start}${first.padStart(38)}`;
  }
}
