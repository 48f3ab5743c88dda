/** How a watch shows an answer after the last one: drawn over it on a terminal, else only what changed. */
import type { CommandContext } from './command.ts';
import { styleOf } from './io.ts';
import type { Answer } from './reading.ts';
import { yamlOf } from './yaml.ts';

export type Display = (answer: Answer) => void;

export function createDisplay(context: CommandContext): Display {
  if (context.format === 'json') return documents(context, (data) => `${JSON.stringify(data)}\n`);
  if (context.format === 'yaml') return documents(context, (data) => `---\n${yamlOf(data)}`);
  return context.io.terminal ? redraw(context) : changes(context);
}

/** One document for each change, so that a program can read them as they come: JSON on one line, YAML after `---`. */
function documents({ io }: CommandContext, write: (data: unknown) => string): Display {
  let shown: string | undefined;
  return ({ data }) => {
    const text = write(data);
    if (text !== shown) io.write(text);
    shown = text;
  };
}

function redraw({ io, format }: CommandContext): Display {
  let drawn = 0;
  return ({ render }) => {
    const lines = fitting(render(styleOf(io, format === 'wide')), io.rows());
    // Up to the first line of the last picture, and everything below it away.
    io.write(`${drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[0J`}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}

/** What has left the screen at its top cannot be drawn over. `rows` 0: no limit is known. */
export function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (rows === 0 || lines.length < rows) return lines;
  const shown = Math.max(1, rows - 2);
  return [...lines.slice(0, shown), `… ${lines.length - shown} more lines; name an object, or make the window higher`];
}

function changes({ io, style }: CommandContext): Display {
  let shown = new Map<string, string>();
  const stamp = (): string => `${io.now().toISOString().slice(0, 19)}Z`;
  return ({ lines, render }) => {
    const now = new Map(lines ?? [['', render(style).join('\n')]]);
    for (const [key, line] of now) {
      if (shown.get(key) !== line) io.write(lines === undefined ? `${stamp()}\n${line}\n` : `${stamp()} ${key} ${line}\n`);
    }
    for (const key of shown.keys()) if (!now.has(key)) io.write(`${stamp()} ${key} gone\n`);
    shown = now;
  };
}
