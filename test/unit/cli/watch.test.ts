/** How a watch shows what changed, and the flags that are the same for all verbs. */
import { describe, expect, it } from '@jest/globals';
import type { CommandContext, Format } from '../../../operator/cli/command.ts';
import { createCredentials } from '../../../operator/cli/direct/credentials.ts';
import { timeoutOf } from '../../../operator/cli/flags.ts';
import { PLAIN } from '../../../operator/cli/io.ts';
import { createDisplay, fitting } from '../../../operator/cli/watchDisplay.ts';

interface Screen {
  readonly terminal?: boolean;
  readonly rows?: number;
  readonly format?: Format;
}

function display({ terminal = false, rows = 0, format = 'table' }: Screen) {
  const written: string[] = [];
  const io = {
    write: (text: string) => void written.push(text),
    terminal,
    colours: false,
    columns: () => 0,
    rows: () => rows,
    now: () => new Date('2026-01-01T00:00:00Z'),
  };
  const show = createDisplay({ io, format, style: PLAIN } as unknown as CommandContext);
  return { written, show: (lines: readonly string[], more = {}) => show({ data: { lines }, render: () => lines, ...more }) };
}

describe('a watch', () => {
  it('draws over what it drew before on a terminal', () => {
    const { written, show } = display({ terminal: true });
    show(['a', 'b']);
    show(['c']);
    expect(written).toEqual(['a\nb\n', '\u001b[2A\r\u001b[0Jc\n']);
  });

  it('never draws more than the screen holds: what has scrolled away cannot be drawn over', () => {
    const { written, show } = display({ terminal: true, rows: 4 });
    show(['a', 'b', 'c', 'd', 'e']);
    expect(written[0]?.split('\n')).toHaveLength(4);
    expect(written[0]).toContain('3 more lines');
  });

  it('quotes what YAML 1.1 takes for a boolean', () => {
    const { written, show } = display({ format: 'yaml' });
    show(['Off', 'on', 'yes']);
    expect(written).toEqual(['---\nlines:\n  - "Off"\n  - "on"\n  - "yes"\n']);
  });

  it('tells each change of each object elsewhere', () => {
    const { written, show } = display({});
    show([], {
      lines: [
        ['srh/a', 'Working'],
        ['srh/b', 'Ready'],
      ],
    });
    show([], { lines: [['srh/a', 'Ready']] });
    expect(written).toEqual([
      '2026-01-01T00:00:00Z srh/a Working\n',
      '2026-01-01T00:00:00Z srh/b Ready\n',
      '2026-01-01T00:00:00Z srh/a Ready\n',
      '2026-01-01T00:00:00Z srh/b gone\n',
    ]);
  });

  it('says a whole answer again only when it is another', () => {
    const { written, show } = display({});
    show(['one']);
    show(['one']);
    show(['two']);
    expect(written).toEqual(['2026-01-01T00:00:00Z\none\n', '2026-01-01T00:00:00Z\ntwo\n']);
  });

  it.each([
    { format: 'json' as const, written: ['{"lines":["one"]}\n', '{"lines":["two"]}\n'] },
    { format: 'yaml' as const, written: ['---\nlines:\n  - one\n', '---\nlines:\n  - two\n'] },
  ])('gives programs one $format document for each change', ({ format, written: expected }) => {
    const { written, show } = display({ format, terminal: true });
    for (const line of ['one', 'one', 'two']) show([line]);
    expect(written).toEqual(expected);
  });
});

describe('lines of a screen', () => {
  it.each([
    { why: 'no limit', rows: 0, lines: 3, shown: 3 },
    { why: 'room for all and the cursor', rows: 4, lines: 3, shown: 3 },
    { why: 'one too many', rows: 3, lines: 3, shown: 2 },
  ])('$why', ({ rows, lines, shown }) => {
    expect(fitting(Array<string>(lines).fill('x'), rows)).toHaveLength(shown);
  });
});

describe('--timeout', () => {
  it.each([
    { text: '30', milliseconds: 30_000 },
    { text: '500ms', milliseconds: 500 },
    { text: '2m', milliseconds: 120_000 },
    { text: '0', milliseconds: undefined },
    { text: undefined, milliseconds: undefined },
  ])('$text', ({ text, milliseconds }) => {
    expect(timeoutOf({ values: { timeout: text }, args: [] })).toBe(milliseconds);
  });
});

describe('credentials of a direct plan', () => {
  const asking = (answers: readonly string[]) => {
    const questions: string[] = [];
    const take = async (question: string): Promise<string> => {
      questions.push(question);
      return answers[questions.length - 1] ?? '';
    };
    return { questions, ask: take, askSecret: take };
  };
  const secret = (data: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'esx-01' }, stringData: data });

  it('are asked for once where nothing has them', async () => {
    const { questions, ...io } = asking(['root', 'hunter22']);
    const credentials = createCredentials([], { env: {}, ...io });
    const [first, second] = [await credentials.secret('fleet', 'esx-01'), await credentials.secret('fleet', 'esx-01')];
    expect(first?.data).toEqual({ username: 'root', password: 'hunter22' });
    expect(second).toBe(first);
    expect(questions).toEqual(['username of Secret esx-01: ', 'password of root (not shown): ']);
  });

  it.each([
    { why: 'a password alone', data: { username: 'root' }, questions: ['password of root (not shown): '] },
    { why: 'nothing for a key', data: { username: 'root', 'ssh-privatekey': 'x' }, questions: [] },
    { why: 'nothing where all is there', data: { username: 'root', password: 'x' }, questions: [] },
  ])('need $why', async ({ data, questions: expected }) => {
    const { questions, ...io } = asking(['x']);
    await createCredentials([secret(data)], { env: {}, ...io }).secret('fleet', 'esx-01');
    expect(questions).toEqual(expected);
  });

  it('are missing where nobody can be asked', async () => {
    expect(await createCredentials([], { env: {}, ask: undefined, askSecret: undefined }).secret('fleet', 'esx-01')).toBeUndefined();
  });
});
