/** The last lines of a test run: nothing that went wrong may be missing from the count. */
import { describe, expect, it } from '@jest/globals';
import { type AssertionResult, type Report, summarize, type TestFileResult } from '../../support/ci/summary.ts';

const test = (status: string, suite = 'a suite'): AssertionResult => ({ ancestorTitles: [suite], fullName: `${suite} does it`, status });

function file(over: Partial<TestFileResult> = {}): TestFileResult {
  return { name: '/checkout/test/unit/x.test.ts', status: 'passed', message: '', assertionResults: [], ...over };
}

function report(files: readonly TestFileResult[], exitCode = 0): Report {
  const count = (status: string) => files.flatMap((one) => one.assertionResults).filter((one) => one.status === status).length;
  const results = { success: exitCode === 0, numPassedTests: count('passed'), numFailedTests: count('failed'), testResults: files };
  return { kind: 'unit', seconds: 1, exitCode, leftOpen: false, results };
}

describe('the last line', () => {
  it.each([
    { why: 'everything passed', reports: [report([file({ assertionResults: [test('passed')] })])], last: '1 passed, 0 failed' },
    {
      why: 'kinds are added up',
      reports: [
        report([file({ assertionResults: [test('passed'), test('failed')], status: 'failed' })], 1),
        report([file({ assertionResults: [test('passed')] })]),
      ],
      last: '2 passed, 1 failed',
    },
    {
      why: 'a file that cannot be loaded has no tests that could fail, and is a failure',
      reports: [report([file({ status: 'failed', message: 'SyntaxError' })], 1)],
      last: '0 passed, 1 failed',
    },
    {
      why: 'jest that crashed left no results',
      reports: [{ kind: 'e2e', seconds: 1, exitCode: 134, leftOpen: false, results: undefined }],
      last: '0 passed, 1 failed',
    },
    {
      why: 'jest that says no although every test passed is believed',
      reports: [report([file({ assertionResults: [test('passed')] })], 1)],
      last: '1 passed, 1 failed',
    },
    { why: 'skipped tests are neither', reports: [report([file({ assertionResults: [test('pending')] })])], last: '0 passed, 0 failed' },
  ])('$last: $why', ({ reports, last }) => {
    expect(summarize(reports).lines.at(-1)).toBe(last);
  });
});

describe('the lines before it', () => {
  it('name each skipped suite once, with the reason in its name', () => {
    const reason = 'a real server (skipped: not installed)';
    const { lines } = summarize([report([file({ assertionResults: [test('pending', reason), test('pending', reason)] })])]);
    expect(lines).toContain(`skipped in unit: test/unit/x.test.ts: ${reason} (2 tests)`);
  });

  it('name what failed, and what could not be run with its first words', () => {
    const broken = file({ status: 'failed', message: '  ● Test suite failed to run\n\n    SyntaxError: no\n' });
    const failing = file({ status: 'failed', assertionResults: [test('failed')] });
    const { lines, failed } = summarize([report([broken, failing], 1)]);
    expect(lines).toContain('failed in unit: test/unit/x.test.ts could not be run: SyntaxError: no');
    expect(lines).toContain('failed in unit: test/unit/x.test.ts: a suite does it');
    expect(failed).toBe(2);
  });

  it('say that tests left something open', () => {
    expect(summarize([{ ...report([]), leftOpen: true }]).lines).toContain(
      'left open: unit tests ended, but something of theirs still runs',
    );
  });

  it('say which programs could not be prepared', () => {
    expect(summarize([], ['no Go']).lines).toContain('not prepared: no Go');
  });
});
