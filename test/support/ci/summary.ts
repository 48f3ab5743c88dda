// The end of a test run as text: each kind, what was skipped and why, what failed, and the one line that counts. Pure.

/** The part of Jest's `--json` output that is read here. */
export interface JestResults {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly TestFileResult[];
}

export interface TestFileResult {
  /** Absolute path. */
  readonly name: string;
  readonly status: string;
  /** Why the file could not be run; empty when it could. */
  readonly message: string;
  readonly assertionResults: readonly AssertionResult[];
}

export interface AssertionResult {
  readonly ancestorTitles: readonly string[];
  readonly fullName: string;
  readonly status: string;
}

export interface Report {
  readonly kind: string;
  readonly seconds: number;
  readonly exitCode: number;
  /** Jest had to be ended by force after its results: a server, a process or a timer of a test is still there. */
  readonly leftOpen: boolean;
  /** Undefined when Jest ended without any. */
  readonly results: JestResults | undefined;
}

export interface Summary {
  /** The last one is `N passed, N failed`. */
  readonly lines: readonly string[];
  readonly failed: number;
}

/** `unprepared`: programs that could not be made ready, in words. */
export function summarize(reports: readonly Report[], unprepared: readonly string[] = []): Summary {
  const counts = reports.map(count);
  const passed = sum(counts.map((entry) => entry.passed));
  const failed = sum(counts.map((entry) => entry.failed));
  const lines = [
    '',
    '== summary',
    ...counts.map(({ kind, seconds, passed, failed, skipped }) => {
      const text = passed + failed + skipped === 0 ? 'no tests' : `${passed} passed, ${failed} failed, ${skipped} skipped`;
      return `${kind.padEnd(12)} ${text} (${seconds} s)`;
    }),
    ...reports.flatMap((report) => skippedSuites(report)),
    ...reports.flatMap(({ kind, leftOpen }) => (leftOpen ? [`left open: ${kind} tests ended, but something of theirs still runs`] : [])),
    ...unprepared.map((why) => `not prepared: ${why}`),
    ...reports.flatMap((report) => failures(report)),
    '',
    `${passed} passed, ${failed} failed`,
  ];
  return { lines, failed };
}

interface Count {
  readonly kind: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A file that could not be run, and a Jest that failed without saying where, count as one failure each. */
function count({ kind, seconds, exitCode, results }: Report): Count {
  if (results === undefined) return { kind, seconds, passed: 0, failed: 1, skipped: 0 };
  const broken = results.testResults.filter(isBroken).length;
  const failed = results.numFailedTests + broken;
  const skipped = sum(results.testResults.map((file) => file.assertionResults.filter(isSkipped).length));
  return { kind, seconds, passed: results.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
}

/** Failed without any failed test: a syntax error, a missing import, a hook that threw before the first test. */
function isBroken({ status, assertionResults }: TestFileResult): boolean {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}

function isSkipped({ status }: AssertionResult): boolean {
  return status === 'pending' || status === 'skipped' || status === 'disabled' || status === 'todo';
}

/** One line for each suite: tests that need a program carry the reason in the name of their suite. */
function skippedSuites({ kind, results }: Report): readonly string[] {
  const suites = new Map<string, number>();
  for (const { name, assertionResults } of results?.testResults ?? []) {
    for (const test of assertionResults.filter(isSkipped)) {
      const suite = `${short(name)}: ${test.ancestorTitles[0] ?? test.fullName}`;
      suites.set(suite, (suites.get(suite) ?? 0) + 1);
    }
  }
  return [...suites].map(([suite, tests]) => `skipped in ${kind}: ${suite} (${tests} ${tests === 1 ? 'test' : 'tests'})`);
}

function failures({ kind, exitCode, results }: Report): readonly string[] {
  if (results === undefined) return [`failed in ${kind}: jest ended with code ${exitCode} and left no results`];
  const lines = results.testResults.flatMap((file) => [
    ...(isBroken(file) ? [`failed in ${kind}: ${short(file.name)} could not be run: ${firstLine(file.message)}`] : []),
    ...file.assertionResults
      .filter(({ status }) => status === 'failed')
      .map((test) => `failed in ${kind}: ${short(file.name)}: ${test.fullName}`),
  ]);
  if (lines.length > 0 || exitCode === 0) return lines;
  return [`failed in ${kind}: jest ended with code ${exitCode} although no test failed`];
}

function short(path: string): string {
  const at = path.lastIndexOf('/test/');
  return at < 0 ? path : path.slice(at + 1);
}

function firstLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('●')) ?? 'no message';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
