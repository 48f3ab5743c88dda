/** Links in the documentation lead somewhere, and pages are found from its index. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../architecture/sourceFiles.ts';
import { anchorsOf, linksOf, manifestsOf, pages } from './pages.ts';

function problem(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, file))) return `${page}: ${target} does not exist`;
  if (anchor === undefined) return undefined;
  return anchorsOf(readFileSync(join(ROOT, file), 'utf8')).has(anchor) ? undefined : `${page}: ${target} has no such heading`;
}

describe('links', () => {
  it.each(pages().map(({ path, text }) => ({ path, text })))('of $path lead somewhere', ({ path, text }) => {
    expect(linksOf(text).flatMap((target) => problem(path, target) ?? [])).toEqual([]);
  });
});

describe('docs/README.md', () => {
  it('lists every page', () => {
    const index = linksOf(readFileSync(join(ROOT, 'docs/README.md'), 'utf8')).map((target) => normalize(join('docs', target)));
    const hidden = pages()
      .map(({ path }) => path)
      .filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/README.md' && !index.includes(path));
    expect(hidden).toEqual([]);
  });
});

describe('the checks themselves', () => {
  it('find links in prose only', () => {
    const text = 'see [a](a.md), [b](https://b.example), `[c](c.md)`\n```\n[d](d.md)\n```\n';
    expect(linksOf(text)).toEqual(['a.md']);
  });
  it('find a page that is not there', () => {
    expect(problem('docs/README.md', 'nowhere.md')).toBe('docs/README.md: nowhere.md does not exist');
  });
  it('find a heading that is not there', () => {
    expect(problem('docs/README.md', '#for-users')).toBeUndefined();
    expect(problem('docs/README.md', '#for-nobody')).toBe('docs/README.md: #for-nobody has no such heading');
  });
  it('take whole objects only', () => {
    expect(manifestsOf('```yaml\napiVersion: v1\n```\n```yaml\nspec: {}\n```\n')).toEqual(['apiVersion: v1\n']);
  });
});
