/**
 * Decisions that were recorded once, in test/cases: the planner decides the same today. A file of `kubectl sriov plan --direct --record`, or from
 * the folder `cases` of a support bundle, is put there under a name that says what it shows. Where a change of the planner is meant to decide
 * otherwise, UPDATE_CASES=1 writes the new decision into the files; look at what changed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compareDecisions } from '../../../operator/controllers/sriovHost/compareDecisions.ts';
import { readCase } from '../../../operator/controllers/sriovHost/readCase.ts';
import { decisionOf } from '../../../operator/controllers/sriovHost/recordedCase.ts';

const FOLDER = join(import.meta.dirname, '../../cases');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('a recorded case', () => {
  it.each(FILES.map((file) => ({ file })))('is decided as it was: $file', ({ file }) => {
    const path = join(FOLDER, file);
    const recorded = readCase(readFileSync(path, 'utf8'));
    const decided = decisionOf(recorded);
    if (process.env['UPDATE_CASES'] === '1') writeFileSync(path, `${JSON.stringify({ ...recorded, decided }, undefined, 2)}\n`);
    expect(compareDecisions(recorded.decided, decided)).toEqual([]);
  });

  it.each(FILES.map((file) => ({ file })))('says nothing about a real place: $file', ({ file }) => {
    const { host } = readCase(readFileSync(join(FOLDER, file), 'utf8'));
    expect(host.spec.esxi.address).toMatch(/^(127\.0\.0\.1|.*\.example\.com)$/);
    expect(host.metadata.uid).toMatch(/^(uid-\d+)?$/);
  });
});
