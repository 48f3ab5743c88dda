/** Where the demo writes, and what that place can do. */
import { styleText } from 'node:util';

export type Tone = 'good' | 'busy' | 'bad' | 'strong' | 'faint';

export interface Output {
  write(text: string): void;
  line(text?: string): void;
  /** Colours only on a terminal, and not with NO_COLOR. */
  paint(tone: Tone | undefined, text: string): string;
  /** True where text can be overwritten. */
  readonly redraws: boolean;
  /** Of the terminal now; 0 where lines may have any length. */
  columns(): number;
}

const STYLES = { good: 'green', busy: 'yellow', bad: 'red', strong: 'bold', faint: 'dim' } as const satisfies Record<Tone, string>;

export function createOutput(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): Output {
  const terminal = stream.isTTY === true && env['TERM'] !== 'dumb';
  const colours = terminal && (env['NO_COLOR'] ?? '') === '';
  return {
    write: (text) => void stream.write(text),
    line: (text = '') => void stream.write(`${text}\n`),
    paint: (tone, text) => (tone === undefined || !colours ? text : styleText(STYLES[tone], text, { validateStream: false })),
    redraws: terminal,
    columns: () => (terminal ? stream.columns : 0),
  };
}
