/** Runs a table of parser cases over files of the corpus, and proves that no file is without one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CORPUS, type CorpusFile, corpusText } from '../../../corpus/index.ts';

export interface CorpusCase {
  readonly file: CorpusFile;
  readonly read: (text: string) => unknown;
  readonly is: unknown;
}

/** `folders` are those of the corpus that this table answers for. */
export function describeCorpus(folders: readonly string[], cases: readonly CorpusCase[]): void {
  const ours = (file: string): boolean => folders.some((folder) => file.startsWith(`${folder}/`));
  const shown = new Map<string, string>(CORPUS.map((entry) => [entry.file, `${entry.shows} (${entry.versions})`]));

  describe(`outputs of ${folders.join(', ')}`, () => {
    it.each(cases.map((entry) => ({ ...entry, why: shown.get(entry.file) })))('$file: $why', ({ file, read, is }) => {
      expect(read(corpusText(file))).toEqual(is);
    });

    it('have a case for every file, and an entry for every file in the folder', () => {
      const found = readdirSync(join(import.meta.dirname, '../../../corpus'), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(?:txt|xml)$/.test(name) && ours(name))
        .sort();
      expect(found).toEqual(
        CORPUS.map((entry): string => entry.file)
          .filter(ours)
          .sort(),
      );
      expect([...new Set(cases.map((entry): string => entry.file))].sort()).toEqual(found);
    });
  });
}
