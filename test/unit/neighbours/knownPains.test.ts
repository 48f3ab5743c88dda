/** docs/known-pains.md names only reasons, scenarios and tests that exist, and is plain about what is not covered. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REASONS } from '../../../operator/api/reasons.ts';
import { SCENARIOS } from '../../scenarios/all.ts';
import { ROOT } from '../architecture/sourceFiles.ts';

interface Pain {
  readonly number: number;
  readonly does: string;
  readonly reasons: readonly string[];
  readonly scenarios: readonly string[];
  readonly tests: readonly string[];
}

const firstGroups = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].flatMap(([, group]) => group ?? []);

function painsOf(page: string): readonly Pain[] {
  return page.split('\n').flatMap((line) => {
    const [, number = '', , does = '', reasons = '', shownBy = ''] = line.split('|').map((cell) => cell.trim());
    if (!/^\d+$/.test(number)) return [];
    const tests = firstGroups(shownBy, /\]\(\.\.\/(test\/[^)]+)\)/g);
    return [
      { number: Number(number), does, reasons: firstGroups(reasons, /`(\w+)`/g), scenarios: firstGroups(shownBy, /`([^`]+)`/g), tests },
    ];
  });
}

const REASON_WORDS: ReadonlySet<string> = new Set(REASONS.map(({ reason }) => reason));
const SCENARIO_NAMES: ReadonlySet<string> = new Set(SCENARIOS.map(({ name }) => name));

/** What a row names that is not there, or fails to name. */
function faultsOf({ does, reasons, scenarios, tests }: Pain): readonly string[] {
  const unnamed = reasons.length === 0 || scenarios.length + tests.length === 0;
  return [
    ...reasons.filter((reason) => !REASON_WORDS.has(reason)).map((reason) => `no reason ${reason}`),
    ...scenarios.filter((name) => !SCENARIO_NAMES.has(name)).map((name) => `no scenario ${name}`),
    ...tests.filter((path) => !(path.endsWith('.test.ts') && existsSync(join(ROOT, path)))).map((path) => `no test ${path}`),
    ...(unnamed && !/\bnot covered\b/i.test(does) ? ['neither reason and test, nor "not covered"'] : []),
  ];
}

const pains = painsOf(readFileSync(join(ROOT, 'docs/known-pains.md'), 'utf8'));

describe('docs/known-pains.md', () => {
  it('has the 25 pains in their order', () => {
    expect(pains.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it.each(pains)('row $number names what exists', (pain) => {
    expect(faultsOf(pain)).toEqual([]);
  });

  it('the check itself finds names that do not exist, and a row that shows nothing', () => {
    const rows = [
      '| 1 | x | y | `Wrong`, `PsidMismatch` | `no-such`, [a](../test/unit/none.test.ts) |',
      '| 2 | x | y | | |',
      '| 3 | x | Not covered | | |',
    ];
    expect(painsOf(rows.join('\n')).map(faultsOf)).toEqual([
      ['no reason Wrong', 'no scenario no-such', 'no test test/unit/none.test.ts'],
      ['neither reason and test, nor "not covered"'],
      [],
    ]);
  });
});
