/** Pages that are made of the scenarios are up to date, and the table of runbooks names what there is. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ReasonEntry } from '../../../operator/api/reasons/entry.ts';
import { REASONS } from '../../../operator/api/reasons.ts';
import { SCENARIOS } from '../../scenarios/all.ts';
import { scenarioParts, withPart } from '../../scenarios/pages/pages.ts';
import { PROOFS } from '../../scenarios/runbooks/heldToProofs.ts';
import { ROOT } from '../architecture/sourceFiles.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const rows: readonly ReasonEntry[] = REASONS;

describe('tables made of the scenarios', () => {
  it.each(scenarioParts())('$mark in $page: run node test/scenarios/pages/write.ts', ({ page, ...part }) => {
    expect(withPart(read(page), part)).toBe(read(page));
  });
  it('would be found out of date', () => {
    const page = '<!-- a: node test/scenarios/pages/write.ts -->\n\nold\n\n<!-- end of a -->\n';
    expect(withPart(page, { mark: 'a', text: 'new' })).toContain('\n\nnew\n\n');
    expect(() => withPart(page, { mark: 'b', text: '' })).toThrow("no marks '<!-- b:");
  });
});

describe('runbooks', () => {
  it('name scenarios that there are', () => {
    const names = new Set(SCENARIOS.map(({ name }) => name));
    expect([...PROOFS].filter(([, proof]) => 'scenario' in proof && !names.has(proof.scenario))).toEqual([]);
  });
  it.each([...PROOFS].flatMap(([word, proof]) => ('file' in proof ? [{ word, file: proof.file }] : [])))(
    '$word is said in test/$file.test.ts',
    ({ word, file }) => {
      const path = `test/${file}.test.ts`;
      expect(existsSync(join(ROOT, path)) ? read(path) : '').toContain(word.split('/')[1]);
    },
  );
  it('are known for every reason that a scenario ends with', () => {
    const known = (kind: string, reason: string): boolean =>
      rows.some((row) => row.reason === reason && row.kinds.some((of) => of === kind));
    const unknown = SCENARIOS.flatMap(({ name, expect: { reason = 'Succeeded', attachments = {} } }) => [
      ...(known('SriovHost', reason) ? [] : [`${name}: ${reason}`]),
      ...Object.values(attachments).flatMap((word) => (known('SriovVmAttachment', word) ? [] : [`${name}: ${word}`])),
    ]);
    expect(unknown).toEqual([]);
  });
});
