/** What a verb may do to the world around it. A terminal fills it in, or a test that plays one. */
import { styleText } from 'node:util';

export type Tone = 'good' | 'busy' | 'bad' | 'strong' | 'faint';

export interface Io {
  /** Standard output: answers only, so that it can be piped. */
  write(text: string): void;
  /** Standard error: one line of progress, advice or failure. */
  note(line: string): void;
  /** True where standard output can be overwritten. */
  readonly terminal: boolean;
  readonly colours: boolean;
  /** Of the terminal now; 0 where lines may have any length. */
  columns(): number;
  /** Lines of the terminal now; 0 where there is no limit. */
  rows(): number;
  /** Undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** As `ask`, and what is typed is not shown. */
  readonly askSecret: ((question: string) => Promise<string>) | undefined;
  /** A file as text; `-` is standard input. */
  readFile(path: string): Promise<string>;
  /** A file as it is. */
  readBytes(path: string): Promise<Uint8Array>;
  /** Paths of the files in a folder, sorted; undefined for what is no folder. */
  listFolder(path: string): Promise<readonly string[] | undefined>;
  /** Fails where there is a file already, unless `overwrite`. Readable by its owner only. */
  writeFile(path: string, content: Uint8Array | string, options: { readonly overwrite: boolean }): Promise<void>;
  now(): Date;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What rendering needs to know of the place it renders for. */
export interface Style {
  paint(tone: Tone | undefined, text: string): string;
  /** 0: no limit. */
  readonly columns: number;
  /** More columns, as `-o wide` asks for. */
  readonly wide: boolean;
}

const COLOURS = { good: 'green', busy: 'yellow', bad: 'red', strong: 'bold', faint: 'dim' } as const satisfies Record<Tone, string>;

export const PLAIN: Style = { paint: (_, text) => text, columns: 0, wide: false };

export function styleOf(io: Pick<Io, 'colours' | 'columns'>, wide: boolean): Style {
  return {
    paint: (tone, text) => (tone === undefined || !io.colours ? text : styleText(COLOURS[tone], text, { validateStream: false })),
    columns: io.columns(),
    wide,
  };
}

/** Colours only on a terminal, and never with NO_COLOR (https://no-color.org). */
export function wantsColours(terminal: boolean, env: Io['env']): boolean {
  return terminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
