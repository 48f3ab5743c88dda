/** The reader of code blocks finds what it should, and nothing of the documentation escapes it. */
import { describe, expect, it } from '@jest/globals';
import { documentationPages, fencesOf } from './support/fences.ts';

const page = (text: string) => fencesOf({ path: 'a.md', text });

describe('fencesOf', () => {
  it('takes language, line, text and the directive before it', () => {
    const [fence, ...others] = page('# A\n\n<!-- run until: ready -->\n\n```sh\nserve\n```\n');
    expect(others).toEqual([]);
    expect(fence).toEqual({ page: 'a.md', line: 5, language: 'sh', text: 'serve\n', directive: 'run until: ready' });
  });
  it('takes a directive for the next block only', () => {
    expect(page('<!-- fails -->\n```sh\na\n```\ntext\n```sh\nb\n```\n').map(({ directive }) => directive)).toEqual(['fails', '']);
  });
  it('takes the margin of a block in a list away', () => {
    expect(page('1. one\n\n   ```sh\n   a\n     b\n   ```\n').map(({ text }) => text)).toEqual(['a\n  b\n']);
  });
  it('refuses a block without end', () => {
    expect(() => page('```sh\na\n')).toThrow('a.md: the fence in line 1 is not closed');
  });
});

describe('the languages of blocks', () => {
  it.each(documentationPages())('of $path are those that a test knows', (file) => {
    // `console` is a transcript with its own drift test; no language: a drawing or an excerpt of output.
    const known = ['sh', 'bash', 'yaml', 'console', 'json', 'lua', 'ts', 'promql', ''];
    expect(fencesOf(file).filter(({ language }) => !known.includes(language))).toEqual([]);
  });
});
