/** How the demo lays out what it shows. */
import { describe, expect, it } from '@jest/globals';
import { createChangeLines, createLiveView, type Picture } from '../../demo/console/liveView.ts';
import type { Output } from '../../demo/console/output.ts';
import { rowLine } from '../../demo/console/rows.ts';
import { layOut } from '../../demo/console/table.ts';
import { wrap } from '../../demo/console/wrap.ts';

interface Screen extends Output {
  readonly written: () => string;
}

function screen({ columns = 0, redraws = false }: { readonly columns?: number; readonly redraws?: boolean } = {}): Screen {
  let text = '';
  return {
    write: (more) => {
      text += more;
    },
    line: (more = '') => {
      text += `${more}\n`;
    },
    paint: (tone, painted) => (tone === undefined ? painted : `<${painted}>`),
    redraws,
    columns: () => columns,
    written: () => text,
  };
}

const cells = (...texts: readonly string[]) => texts.map((text) => ({ text }));
const plain = { paint: (_: unknown, text: string) => text };

describe('layOut', () => {
  it('aligns the columns at their longest cell', () => {
    expect(layOut(['A', 'LONG TITLE', 'C'], [cells('aaa', 'b', 'c')], { ...plain, columns: () => 0 })).toEqual([
      'A    LONG TITLE  C',
      'aaa  b           c',
    ]);
  });

  it.each([
    { columns: 80, why: 'the table fits', expected: 'host  progress of the host' },
    { columns: 12, why: 'the last column is cut', expected: 'host  prog…' },
    { columns: 4, why: 'only a part of the first column fits', expected: 'ho…' },
    { columns: 1, why: 'nothing fits', expected: '' },
  ])('keeps each line within $columns columns: $why', ({ columns, expected }) => {
    const [, line] = layOut(['H', 'P'], [cells('host', 'progress of the host')], { ...plain, columns: () => columns });
    expect(line).toBe(expected);
  });

  it('paints without counting the paint as width', () => {
    const [, line] = layOut(['A', 'B'], [[{ text: 'x', tone: 'good' }, { text: 'y' }]], {
      paint: (tone, text) => (tone === 'good' ? `<${text}>` : text),
      columns: () => 5,
    });
    expect(line).toBe('<x>  y');
  });
});

describe('wrap', () => {
  const text = 'reboot, which brings into effect: vfs/fabric0/1=8';
  it.each([
    { why: 'it fits', columns: 80, expected: text },
    { why: 'it breaks at spaces and indents', columns: 34, expected: 'reboot, which brings into effect:\n  vfs/fabric0/1=8' },
    { why: 'there is no room to lay it out', columns: 10, expected: text },
    { why: 'there is no limit', columns: -30, expected: text },
  ])('gives the text as lines: $why', ({ columns, expected }) => {
    expect(wrap(text, { columns, indent: 2 })).toBe(expected);
  });

  it('never loses a word that is longer than a line', () => {
    expect(wrap(`a ${'b'.repeat(40)} c`, { columns: 24, indent: 0 })).toBe(`a\n${'b'.repeat(40)}\nc`);
  });
});

describe('rowLine', () => {
  it('says what is known and leaves out what is not', () => {
    expect(rowLine(['HOST', 'READY', 'VFS', 'PROGRESS'], cells('esx-01', '', '0/8', 'enter maintenance mode'))).toBe(
      'vfs=0/8 - enter maintenance mode',
    );
  });
});

describe('change lines', () => {
  it('writes a line for what is new, changed or gone, and none for what is as it was', () => {
    let picture: Picture = {
      hosts: [cells('esx-01', 'False', '', '', '', 'starts')],
      attachments: [cells('db-01', '', '', '', '', '', '', 'waits')],
    };
    const output = screen();
    const view = createChangeLines({ output, picture: () => picture, elapsed: () => 1500 });
    picture = { hosts: [cells('esx-01', 'True', '', '', '', 'as declared')], attachments: picture.attachments };
    view.update();
    picture = { hosts: picture.hosts, attachments: [] };
    view.update();
    view.finish();
    expect(output.written().split('\n')).toEqual([
      '   1.5 s  SriovHost/esx-01 ready=False - starts',
      '   1.5 s  SriovVmAttachment/db-01 - waits',
      '   1.5 s  SriovHost/esx-01 ready=True - as declared',
      '   1.5 s  SriovVmAttachment/db-01 gone',
      '',
    ]);
  });
});

describe('what is written aside', () => {
  const picture = (text: string): Picture => ({ hosts: [cells('esx-01', '', '', '', '', text)], attachments: [] });

  it('stands between the lines for changes, and what changes meanwhile is told afterwards', async () => {
    let now = picture('waits');
    const output = screen();
    const view = createChangeLines({ output, picture: () => now, elapsed: () => 0 });
    await view.aside(async () => {
      output.line('$ approve');
      now = picture('goes on');
      view.update();
      output.line('approved');
    });
    expect(
      output
        .written()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['0.0 s  SriovHost/esx-01 - waits', '$ approve', 'approved', '0.0 s  SriovHost/esx-01 - goes on', '']);
  });

  it('is not drawn over by the table, which starts again below it', async () => {
    const output = screen({ redraws: true, columns: 200 });
    const view = createLiveView({ output, picture: () => picture('waits'), elapsed: () => 0 });
    await view.aside(async () => {
      output.line('$ approve');
      view.update();
      output.line('approved');
    });
    const [, after = ''] = output.written().split('$ approve\napproved\n');
    view.finish();
    expect(after).toContain('waits');
    expect(after).not.toContain('\u001b[');
  });

  it.each([{ redraws: true }, { redraws: false }])('goes on when it fails: %o', async ({ redraws }) => {
    const output = screen({ redraws, columns: 200 });
    let now = picture('waits');
    const view = createLiveView({ output, picture: () => now, elapsed: () => 0 });
    await expect(view.aside(async () => await Promise.reject(new Error('no kubectl')))).rejects.toThrow('no kubectl');
    now = picture('seen after the failure');
    view.finish();
    expect(output.written()).toContain('seen after the failure');
  });
});

describe('live table', () => {
  it('draws over its own lines and no others', () => {
    const output = screen({ redraws: true, columns: 200 });
    const view = createLiveView({ output, picture: () => ({ hosts: [cells('esx-01')], attachments: [] }), elapsed: () => 0 });
    const lines = output.written().split('\n').length - 1;
    view.finish();
    const [first, second] = output.written().split(`\u001b[${lines}A\r\u001b[0J`);
    expect(second).toBe(first);
  });

  it.each([
    { columns: 200, why: 'there is room for the wide columns', shown: true },
    { columns: 100, why: 'the progress needs their room', shown: false },
  ])('at $columns columns: $why', ({ columns, shown }) => {
    const output = screen({ redraws: true, columns });
    createLiveView({ output, picture: () => ({ hosts: [], attachments: [] }), elapsed: () => 0 }).finish();
    expect(output.written().includes('<VF>')).toBe(shown);
  });
});
