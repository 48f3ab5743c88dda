/**
 * The code blocks of the documentation, with what their pages say about how they are tested. A page says it in an HTML comment right
 * before the block, which readers do not see:
 *
 * - `<!-- run elsewhere: test/e2e/demo.test.ts -->`: that test runs the commands; here they would take too long, or take the checkout apart;
 * - `<!-- run nowhere: REASON -->`: nothing here can run them, for the reason given;
 * - `<!-- run until: TEXT -->`: the last command runs until it prints TEXT, then it gets SIGTERM and has to end;
 * - `<!-- run in: WORLD -->`: the block gets a world of its own (readerWorld.ts), as if the blocks before it had not been run;
 * - `<!-- fails -->`: the block ends with an error, as its page says;
 * - `<!-- yaml: helm values -->`: the block holds values of the chart.
 */
import type { SourceFile } from '../../unit/architecture/sourceFiles.ts';
import { pages } from '../../unit/docs/pages.ts';

export interface Fence {
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** Contents of the comment before it, `` where there is none. */
  readonly directive: string;
}

/** Generated pages have tests of their own against what they are made from. */
const LEFT_OUT = ['docs/reasons.md'];

/** Every fence of every page for strangers; decisions (docs/adr) show code of their time. */
export function fences(language: string): readonly Fence[] {
  return documentationPages().flatMap((page) => fencesOf(page).filter((fence) => fence.language === language));
}

export function documentationPages(): readonly SourceFile[] {
  return pages().filter(({ path }) => !path.startsWith('docs/adr/') && !LEFT_OUT.includes(path));
}

export function fencesOf({ path, text }: SourceFile): readonly Fence[] {
  const lines = text.split('\n');
  const found: Fence[] = [];
  let open: { readonly start: number; readonly language: string; readonly indent: string } | undefined;
  for (const [index, line] of lines.entries()) {
    const [, indent = '', language] = /^( *)```(\w*)$/.exec(line) ?? [];
    if (language === undefined) continue;
    if (open === undefined) {
      open = { start: index, language, indent };
      continue;
    }
    const { start, indent: margin } = open;
    const body = lines.slice(start + 1, index).map((each) => (each.startsWith(margin) ? each.slice(margin.length) : each));
    found.push({
      page: path,
      line: start + 1,
      language: open.language,
      text: `${body.join('\n')}\n`,
      directive: directiveBefore(lines, start),
    });
    open = undefined;
  }
  if (open !== undefined) throw new Error(`${path}: the fence in line ${open.start + 1} is not closed`);
  return found;
}

function directiveBefore(lines: readonly string[], fence: number): string {
  const before = lines.slice(0, fence).findLast((line) => line.trim() !== '') ?? '';
  return /^\s*<!-- ((?:run|yaml|fails)\b.*?) -->$/.exec(before)?.[1] ?? '';
}
