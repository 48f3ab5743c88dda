/** What seals the host: read by label, `None` where the release knows no such thing, and never guessed. */
import { describe, expect, it } from '@jest/globals';
import { encryptionModeCommand, readEncryptionMode } from '../../../operator/esxi/tools/encryption.ts';

const command = encryptionModeCommand();
const answer = (stdout: string, exitCode = 0) => ({ stdout, stderr: '', exitCode });

const CASES = [
  { why: 'a TPM', result: answer('   Mode: TPM\n   Require Secure Boot: true\n'), expected: 'TPM' },
  { why: 'nothing, in any case', result: answer('   Require Secure Boot: false\n   Mode: NONE\n'), expected: 'None' },
  {
    why: 'a release without the command',
    result: answer('Error: Unknown command or namespace system settings encryption get\n', 1),
    expected: 'None',
  },
];

describe('readEncryptionMode', () => {
  it.each(CASES)('reads $why', ({ result, expected }) => {
    expect(readEncryptionMode(command, result)).toBe(expected);
  });

  it.each([
    { why: 'a mode that nobody knows', result: answer('   Mode: HSM\n'), code: 'OutputNotUnderstood' },
    { why: 'no answer at all', result: answer(''), code: 'OutputNotUnderstood' },
    { why: 'a failure', result: answer('Connect to localhost failed: Connection failure.\n', 1), code: 'CommandFailed' },
  ])('does not take $why for an unsealed host', ({ result, code }) => {
    expect(() => readEncryptionMode(command, result)).toThrow(expect.objectContaining({ code }));
  });

  it('never asks for the recovery key', () => {
    expect(command).toBe('esxcli system settings encryption get');
  });
});
