/** Arguments for a guest, as a real shell takes them. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guestArguments, quoteForGuest } from '../../../operator/vsphere/guestQuote.ts';

function throughShell(args: readonly string[]): readonly string[] {
  const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${args.map(quoteForGuest).join(' ')}`], { encoding: 'utf8' });
  return output.split('\0').slice(0, -1);
}

describe('quoteForGuest', () => {
  it.each([
    { why: 'an end of the quotes', text: "'; reboot; '" },
    { why: 'a substitution', text: '$(reboot)`reboot`$HOME' },
    { why: 'a line break', text: 'a\nreboot' },
    { why: 'nothing', text: '' },
    { why: 'a glob', text: '/etc/*' },
    { why: 'a redirection', text: '> /etc/passwd 2>&1 < /dev/null &' },
    { why: 'backslashes', text: '\\\\ \\n \\' },
    { why: 'other scripts', text: 'Ü 漢字 🙂' },
  ])('cannot be left by $why', ({ text }) => {
    expect(throughShell([text, 'end'])).toEqual([text, 'end']);
  });

  it('passes any text on as it is', () => {
    const text = fc.string({ maxLength: 40, unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (args) => {
        expect(throughShell(args)).toEqual(args);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what no argument can hold', () => {
    expect(() => quoteForGuest('a\0b')).toThrow('NUL');
  });
});

describe('guestArguments', () => {
  it('sends both outputs to the file', () => {
    expect(guestArguments(['-c', 'id -u'], '/tmp/x/output')).toBe("-c 'id -u' > /tmp/x/output 2>&1 < /dev/null");
  });
});
