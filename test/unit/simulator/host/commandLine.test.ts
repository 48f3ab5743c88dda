// The simulated shell: what it understands as ash does, and what it refuses rather than guess.
import { describe, expect, it } from '@jest/globals';
import { runShell } from '../../../simulator/ssh/shell.ts';
import { testHost } from './testHost.ts';

async function run(line: string, stdin = ''): Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number }> {
  const { world } = testHost();
  const { stdout, stderr, code } = await runShell(line, { world, readStdin: () => Promise.resolve(new TextEncoder().encode(stdin)) });
  return { stdout, stderr: stderr ?? '', code };
}

describe('the shell', () => {
  it.each([
    { why: 'plain words', line: 'echo a  b', out: 'a b\n' },
    { why: 'single quotes keep everything', line: `echo 'a "b" $PATH ; c'`, out: 'a "b" $PATH ; c\n' },
    { why: 'the usual way to quote a single quote', line: `echo 'it'\\''s'`, out: "it's\n" },
    { why: 'double quotes with escapes', line: 'echo "a \\"b\\" \\$HOME"', out: 'a "b" $HOME\n' },
    { why: 'a backslash outside quotes', line: 'echo a\\ b\\;c', out: 'a b;c\n' },
    { why: 'an empty word is a word', line: "echo '' x", out: ' x\n' },
    { why: 'variables of export', line: 'export A=1; echo "$A" $A.x', out: '1 1.x\n' },
    { why: 'unset variables are empty', line: 'echo [$NOTHING]', out: '[]\n' },
    { why: 'several commands', line: 'echo a; echo b', out: 'a\nb\n' },
    { why: 'a newline is a semicolon', line: 'echo a\necho b', out: 'a\nb\n' },
    { why: 'and', line: 'true && echo yes; false && echo no', out: 'yes\n' },
    { why: 'or', line: 'false || echo yes; true || echo no', out: 'yes\n' },
    { why: 'output to nowhere', line: 'echo a > /dev/null 2>&1', out: '' },
    { why: 'an assignment before a command', line: 'PATH=/x echo a', out: 'a\n' },
  ])('understands $why', async ({ line, out }) => {
    expect(await run(line)).toMatchObject({ stdout: out });
  });

  it.each([
    { why: 'a pipe', line: 'echo a | cat' },
    { why: 'a substitution', line: 'echo $(id)' },
    { why: 'a substitution in double quotes', line: 'echo "$(id)"' },
    { why: 'backquotes', line: 'echo `id`' },
    { why: 'a glob', line: 'ls *' },
    { why: 'a subshell', line: '(echo a)' },
    { why: 'the background', line: 'echo a &' },
    { why: 'an open quote', line: "echo 'a" },
    { why: 'nothing between two operators', line: 'echo a && && echo b' },
    { why: 'a redirection to nothing', line: 'echo a >' },
  ])('refuses $why, and runs no part of the line', async ({ line }) => {
    const result = await run(line);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(/^sh: syntax error: /);
  });

  it.each([
    { why: 'an unknown command', line: 'frobnicate', code: 127, stderr: 'sh: frobnicate: not found\n' },
    { why: 'command -v, which is not on every release', line: 'command -v esxcli', code: 127, stderr: 'sh: command: not found\n' },
    { why: 'an MFT tool by its bare name: it is not on the PATH', line: 'mlxconfig q', code: 127, stderr: 'sh: mlxconfig: not found\n' },
  ])('says not found to $why', async ({ line, code, stderr }) => {
    expect(await run(line)).toEqual({ stdout: '', code, stderr });
  });
});

describe('files', () => {
  it('are uploaded, summed, moved, tested and removed', async () => {
    const { world } = testHost();
    const at = (line: string, stdin = '') => runShell(line, { world, readStdin: () => Promise.resolve(new TextEncoder().encode(stdin)) });
    const path = "'/vmfs/volumes/ds 1/a.bin'";
    expect(await at(`cat > ${path}`, 'abc')).toMatchObject({ code: 0, stdout: '' });
    expect(await at(`sha256sum ${path}`)).toMatchObject({
      stdout: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  /vmfs/volumes/ds 1/a.bin\n',
    });
    expect(await at(`mv ${path} /tmp/b.bin && cat /tmp/b.bin`)).toMatchObject({ stdout: 'abc' });
    expect(await at(`test -e ${path}`)).toMatchObject({ code: 1 });
    expect(await at('[ -s /tmp/b.bin ]')).toMatchObject({ code: 0 });
    expect(await at('ls /tmp')).toMatchObject({ stdout: 'b.bin\n' });
    expect(await at('rm /tmp/b.bin; ls /tmp/b.bin')).toMatchObject({ code: 1 });
    expect(await at('rm -f /tmp/b.bin')).toMatchObject({ code: 0 });
  });

  it('cannot be written where no folder is', async () => {
    expect(await run('cat > /opt/x', 'abc')).toMatchObject({ code: 1, stderr: "sh: can't create /opt/x: nonexistent directory\n" });
  });
});
