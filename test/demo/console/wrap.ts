/** Breaks a long text at its spaces. Pure. */

/** Fewer columns than this would make a tower of words. */
const LEAST_COLUMNS = 24;

/** Lines of at most `columns` characters where its words allow, all but the first indented. Unchanged where there is no room to lay it out. */
export function wrap(text: string, { columns, indent }: { readonly columns: number; readonly indent: number }): string {
  if (columns < LEAST_COLUMNS) return text;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
