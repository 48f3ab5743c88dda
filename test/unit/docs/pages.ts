/** Reads the Markdown pages of the project: their links, their headings, and their YAML. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type SourceFile, sourceFiles } from '../architecture/sourceFiles.ts';

const AT_THE_ROOT = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'];

export function pages(): readonly SourceFile[] {
  const root = AT_THE_ROOT.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
  return [...root, ...sourceFiles(['docs'], ['.md'])];
}

/** Targets of links within the project, as written; code blocks and web addresses are left out. */
export function linksOf(text: string): readonly string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => (/^[a-z]+:/.test(target) ? [] : [target]));
}

/** What `#...` may name in a page, as GitHub makes it from headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The contents of ```yaml blocks that hold whole objects. */
export function manifestsOf(text: string): readonly string[] {
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block).filter((block) => block.startsWith('apiVersion:'));
}
