/** Whatever a value holds, the shell hands it to the program as one argument, byte for byte. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { operand, quoteArgument, quoteOperand, shellCommand } from '../../../operator/esxi/quote.ts';
import { thrownBy } from './support/results.ts';

const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const [shell, ...shellArgs] = busybox === undefined ? ['/bin/sh', '-c'] : [busybox, 'ash', '-c'];
const shellName = busybox === undefined ? '/bin/sh, since there is no busybox here,' : 'busybox ash';

/** What a program gets as its arguments when the shell runs this list. */
function argumentsSeen(quoted: readonly string[], folder: string): readonly string[] {
  const run = spawnSync(shell ?? '/bin/sh', [...shellArgs, `printf '%s\\0' ${quoted.join(' ')}`], { cwd: folder, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`exit code ${run.status}: ${run.stderr}`);
  return run.stdout.split('\0').slice(0, -1);
}

describe(`an argument quoted for ${shellName}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'quote-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const breakOuts = [
    '; touch pwned',
    '$(touch pwned)',
    '`touch pwned`',
    '| touch pwned',
    '& touch pwned',
    '&& touch pwned',
    '> pwned',
    '>> pwned',
    '< /etc/passwd',
    '*',
    '?',
    '[a-z]*',
    '~',
    '~root',
    "'",
    "'; touch pwned; '",
    "'\\''; touch pwned; '\\''",
    '"',
    '"; touch pwned; "',
    '\\',
    "\\'; touch pwned; \\'",
    ['$', '{IFS}touch$', '{IFS}pwned'].join(''),
    '$PATH',
    '$$',
    '!!',
    '#comment',
    ' leading and trailing ',
    '\ttab',
    'a=b',
    '{a,b}',
    '(touch pwned)',
    '%s %n',
    '\\x41\\n\\0',
    '\u001b[31m',
    '',
    'Größe 尺寸 🙂',
    '\u2028\u00a0',
  ];

  it.each(breakOuts.map((value) => ({ why: JSON.stringify(value), value })))('stays one argument: $why', ({ value }) => {
    expect(argumentsSeen([quoteArgument(value)], folder)).toEqual([value]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('survives for any Unicode text', () => {
    const argument = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !/[\0\n\r]/.test(text));
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 20 }), (argv) => {
        expect(argumentsSeen(argv.map(quoteArgument), folder)).toEqual(argv);
      }),
      { numRuns: 150 },
    );
  });
});

describe('what is never sent', () => {
  it.each([
    { why: 'NUL', value: 'a\0b', says: 'a NUL character' },
    { why: 'a line feed, which would begin another command', value: 'a\ntouch pwned', says: 'a line break' },
    { why: 'a carriage return', value: 'a\rb', says: 'a line break' },
    { why: 'half of a surrogate pair', value: 'a\ud800b', says: 'half of a surrogate pair' },
  ])('a value with $why', ({ value, says }) => {
    const error = thrownBy(() => quoteArgument(value));
    expect(error.code).toBe('CommandFailed');
    expect(error.message).toContain(says);
    expect(error.message).not.toContain('\n');
  });

  it.each(['-f', '--force', '-y', '-', '--no-sig-check'])('the value %s, which would be an option', (value) => {
    expect(thrownBy(() => shellCommand('esxcli', 'software', operand(value))).message).toContain("begins with '-'");
    expect(thrownBy(() => quoteOperand(value)).code).toBe('CommandFailed');
  });

  it.each(['--force', '-f', '--no-sig-check', '--maintenance-mode', '--no-live-install'])('the option %s of esxcli', (option) => {
    expect(thrownBy(() => shellCommand('esxcli', 'software', 'vib', 'install', option)).message).toContain('not among the options');
  });

  it.each(['--allow_psid_change', '-allow_psid_change', '--no_fw_ctrl', '-ocr', '--skip_if_same'])('the option %s of flint', (option) => {
    expect(thrownBy(() => shellCommand('/opt/mellanox/bin/flint', option)).message).toContain('not among the options');
  });

  it('a value that was not marked as one from outside', () => {
    expect(thrownBy(() => shellCommand('rm', '-f', '/tmp/x; reboot')).message).toContain('must be operands');
  });
});

describe('a command', () => {
  it('quotes only what needs it, so that logs stay readable', () => {
    expect(shellCommand('esxcli', 'software', 'vib', 'install', '-v', operand('/vmfs/volumes/ds1/nmst.vib'))).toBe(
      'esxcli software vib install -v /vmfs/volumes/ds1/nmst.vib',
    );
    expect(shellCommand('esxcfg-module', '-s', operand('max_vfs=8,8 pfctx=0x08'), operand('nmlx5_core'))).toBe(
      "esxcfg-module -s 'max_vfs=8,8 pfctx=0x08' nmlx5_core",
    );
    expect(shellCommand('esxcfg-module', '-s', operand(''), operand('nmlx5_core'))).toBe("esxcfg-module -s '' nmlx5_core");
  });
});
