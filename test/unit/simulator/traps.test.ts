/** docs/simulator.md: every trap and every misbehaviour has a scenario or a test that runs into it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SCENARIOS } from '../../scenarios/all.ts';
import { FLEET_PROFILES } from '../../simulator/profiles/fleetProfiles.ts';
import { ROOT } from '../architecture/sourceFiles.ts';

const NAMES: ReadonlySet<string> = new Set(SCENARIOS.map(({ name }) => name));
const page = readFileSync(join(ROOT, 'docs/simulator.md'), 'utf8');

interface Row {
  readonly what: string;
  readonly shownBy: string;
}

/** Rows of the table below a heading: its first cell and its last. */
function rowsOf(text: string, heading: string): readonly Row[] {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return { what: cells[1] ?? '', shownBy: cells.at(-2) ?? '' };
  });
}

/** Scenarios in backquotes and links to tests. */
function faultsOf({ what, shownBy }: Row): readonly string[] {
  const scenarios = [...shownBy.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const tests = [...shownBy.matchAll(/\]\(\.\.\/(test\/[^)]+)\)/g)].map(([, path = '']) => path);
  return [
    ...(scenarios.length + tests.length === 0 ? [`${what}: shown by nothing`] : []),
    ...scenarios.filter((name) => !NAMES.has(name)).map((name) => `${what}: no scenario ${name}`),
    ...tests.filter((path) => !existsSync(join(ROOT, path))).map((path) => `${what}: no test ${path}`),
  ];
}

/** Text of every scenario and unit test. */
function sources(): string {
  return ['test/scenarios', 'test/unit']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
    )
    .join('\n');
}

describe('docs/simulator.md', () => {
  it.each(rowsOf(page, 'Traps'))('the trap "$what" is shown', (row) => {
    expect(faultsOf(row)).toEqual([]);
  });

  it.each(rowsOf(page, 'Misbehaviour'))('the misbehaviour $what is shown', (row) => {
    expect(faultsOf(row)).toEqual([]);
  });

  it('has every kind of misbehaviour, and every kind is used', () => {
    const source = readFileSync(join(ROOT, 'test/simulator/world/hostMisbehaviour.ts'), 'utf8');
    const kinds = [...source.matchAll(/readonly kind: '(\w+)'/g)].map(([, kind = '']) => kind);
    const rows = rowsOf(page, 'Misbehaviour').flatMap(({ what }) => [...what.matchAll(/`(\w+)`/g)].map(([, kind = '']) => kind));
    const used = sources();
    expect(kinds.length).toBeGreaterThan(15);
    expect(kinds.filter((kind) => !rows.includes(kind))).toEqual([]);
    expect(kinds.filter((kind) => !used.includes(`kind: '${kind}'`))).toEqual([]);
  });

  it('has some twenty traps, and a scenario for every profile', () => {
    expect(rowsOf(page, 'Traps').length).toBeGreaterThan(20);
    expect(FLEET_PROFILES.filter(({ name }) => !NAMES.has(`profile-${name}`))).toEqual([]);
  });

  it('the check itself finds a trap without a scenario, and one that does not exist', () => {
    const text = '\n## Traps\n\n| Trap | Shown by |\n| --- | --- |\n| a | |\n| b | `no-such` |\n| c | [x](../test/none.test.ts) |\n';
    expect(rowsOf(text, 'Traps').flatMap(faultsOf)).toEqual([
      'a: shown by nothing',
      'b: no scenario no-such',
      'c: no test test/none.test.ts',
    ]);
  });
});
