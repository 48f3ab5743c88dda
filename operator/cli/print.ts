/** Writes an answer in the format that was asked for. */
import type { CommandContext } from './command.ts';
import type { Style } from './io.ts';

/** `data` for programs, `render` for people. */
export async function print(
  { io, format, style }: CommandContext,
  data: unknown,
  render: (style: Style) => readonly string[],
): Promise<void> {
  if (format === 'json') io.write(`${JSON.stringify(data, null, 2)}\n`);
  else if (format === 'yaml') io.write((await import('./yaml.ts')).yamlOf(data));
  else io.write(`${render(style).join('\n')}\n`);
}
