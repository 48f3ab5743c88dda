/** The rules on code hold for the whole project, and each of them is able to fail. */
import { describe, expect, it } from '@jest/globals';
import {
  fileSize,
  noBarrel,
  noConsole,
  noForbiddenFlags,
  noMachinePaths,
  noSkippedTests,
  noTlsSwitch,
  opensWithComment,
  type Rule,
} from './codeRules.ts';
import { sourceFiles } from './sourceFiles.ts';

const HERE = 'test/unit/architecture/';
const operator = sourceFiles(['operator'], ['.ts']);
const tests = sourceFiles(['test'], ['.ts']).filter((file) => !file.path.startsWith(HERE));
const setUp = sourceFiles(['charts', '.ci', '.github', 'config'], ['.yaml', '.yml', '.json', '.tpl', '.sh']);

describe.each([
  { rule: fileSize, files: [...operator, ...tests] },
  { rule: opensWithComment, files: [...operator, ...tests] },
  { rule: noConsole, files: [...operator, ...tests] },
  { rule: noBarrel, files: [...operator, ...tests] },
  { rule: noTlsSwitch, files: [...operator, ...tests, ...setUp] },
  { rule: noForbiddenFlags, files: operator },
  { rule: noSkippedTests, files: tests },
  { rule: noMachinePaths, files: [...operator, ...tests, ...setUp] },
])('$rule.name', ({ rule, files }) => {
  it('holds everywhere', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(rule)).toEqual([]);
  });
});

const planted: readonly { why: string; rule: Rule; path?: string; text: string; fails: boolean }[] = [
  { why: '301 lines are one too many', rule: fileSize, text: 'x\n'.repeat(301), fails: true },
  { why: '300 lines are allowed', rule: fileSize, text: 'x\n'.repeat(300), fails: false },
  { why: 'captured output is not code', rule: fileSize, path: 'test/corpus/esxcli/big.ts', text: 'x\n'.repeat(900), fails: false },
  { why: 'code before any comment', rule: opensWithComment, text: "import x from 'y';\n// late\n", fails: true },
  { why: 'a shebang may stand before the comment', rule: opensWithComment, text: '#!/usr/bin/env node\n// what\n', fails: false },
  { why: 'a call of console', rule: noConsole, text: 'console.log(1)', fails: true },
  { why: 'console in a comment is talk', rule: noConsole, text: '// not console.log\n', fails: false },
  { why: 'an index file', rule: noBarrel, path: 'operator/esxi/index.ts', text: '/** x */\nexport const a = 1;\n', fails: true },
  { why: 'only passes on', rule: noBarrel, text: "// all\nexport * from './a.ts';\nexport { b } from './b.ts';\n", fails: true },
  { why: 'passes on beside code of its own', rule: noBarrel, text: "export { b } from './b.ts';\nexport const c = 1;\n", fails: false },
  { why: 'sets the switch by a dot', rule: noTlsSwitch, text: "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'", fails: true },
  { why: 'sets the switch by brackets', rule: noTlsSwitch, text: "process.env['NODE_TLS_REJECT_UNAUTHORIZED']='0'", fails: true },
  {
    why: 'hands the switch to a child',
    rule: noTlsSwitch,
    text: "spawn('x', { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })",
    fails: true,
  },
  {
    why: 'a test may look at it',
    rule: noTlsSwitch,
    text: "expect(process.env['NODE_TLS_REJECT_UNAUTHORIZED']).toBeUndefined()",
    fails: false,
  },
  { why: 'comparing is not setting', rule: noTlsSwitch, text: "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'", fails: false },
  { why: 'forces a VIB', rule: noForbiddenFlags, text: "run('esxcli software vib install --force -v x')", fails: true },
  { why: 'burns a foreign image', rule: noForbiddenFlags, text: "run('flint', '-allow_psid_change')", fails: true },
  { why: 'a comment may say why not', rule: noForbiddenFlags, text: '/** Never with --force. */', fails: false },
  { why: 'singles out a test', rule: noSkippedTests, text: "it.only('x', () => {})", fails: true },
  { why: 'skips a test', rule: noSkippedTests, text: "describe.skip('x', () => {})", fails: true },
  {
    why: 'says itself where it cannot run',
    rule: noSkippedTests,
    text: 'const suite = SSHD === undefined ? describe.skip : describe;',
    fails: false,
  },
  { why: 'names a home folder', rule: noMachinePaths, text: "readFileSync('/home/me/x')", fails: true },
  { why: 'a path of the host under management is fine', rule: noMachinePaths, text: "'/vmfs/volumes/ds1/work/x.vib'", fails: false },
];

describe('the rules on code', () => {
  it.each(planted)('$rule.name: $why', ({ rule, path = 'operator/esxi/planted.ts', text, fails }) => {
    expect(rule({ path, text }).length > 0).toBe(fails);
  });
});
