/** The decisions that the operator wrote to its log at level debug, taken out of the log to stand by themselves. Pure. */
import { caseFrom } from '../../controllers/sriovHost/readCase.ts';
import type { HostCase } from '../../controllers/sriovHost/recordedCase.ts';

export interface LogWithCases {
  /** The same lines, with a word in place of each decision. */
  readonly log: string;
  /** In the order of the log. */
  readonly cases: readonly HostCase[];
}

/** Decisions kept of each host: the last ones tell what it came to. */
const KEPT = 5;

export function takeCases(log: string): LogWithCases {
  const cases: HostCase[] = [];
  const lines = log.split('\n').map((line) => {
    const found = line.includes('"message":"decided"') ? caseOfLine(line) : undefined;
    if (found === undefined) return line;
    cases.push(found.case);
    return found.rest;
  });
  return { log: lines.join('\n'), cases };
}

/** A line that was cut off, or that is none of ours, stays as it is. */
function caseOfLine(line: string): { readonly case: HostCase; readonly rest: string } | undefined {
  const start = line.indexOf('{');
  try {
    const { case: value, ...rest } = JSON.parse(line.slice(start)) as { readonly case?: unknown };
    return { case: caseFrom(value), rest: `${line.slice(0, start)}${JSON.stringify({ ...rest, case: 'in folder cases' })}` };
  } catch {
    return undefined;
  }
}

/** The newest of each host, oldest first; two replicas may have decided about one host. */
export function newestCases(cases: readonly HostCase[]): readonly HostCase[] {
  const sorted = [...cases].sort((a, b) => (a.time < b.time ? -1 : 1));
  const byHost = Map.groupBy(sorted, ({ host }) => `${host.metadata.namespace}/${host.metadata.name}`);
  return [...byHost.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, mine]) => mine.slice(-KEPT));
}
