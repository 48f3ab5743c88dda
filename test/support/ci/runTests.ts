// `npm test`: prepares the binaries, runs every kind of test, and ends in one line: `N passed, N failed`.
import { ensureHelm } from '../../install/support/goTool.ts';
import { ensureBinaries } from '../apiserver/binaries.ts';
import { ensureVcsim } from '../vcsim/ensureVcsim.ts';
import { type Kind, runJest } from './runJest.ts';
import { type Report, summarize } from './summary.ts';

/** In this order: what is fast and near to the code first. `needsServers`: the real programs must be there. */
const KINDS: readonly (Kind & { readonly needsServers: boolean })[] = [
  { name: 'unit', needsServers: false },
  { name: 'scenarios', needsServers: true },
  { name: 'integration', needsServers: true },
  { name: 'e2e', needsServers: true },
  { name: 'image', needsServers: true },
  { name: 'docs', needsServers: true },
];

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

process.exitCode = await main(process.argv.slice(2));

/** `wanted`: names of kinds; empty = all. Resolves with the exit code. */
async function main(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !KINDS.some((kind) => kind.name === name));
  if (unknown.length > 0) {
    print(`unknown kind of test: ${unknown.join(', ')}; there are ${KINDS.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const kinds = KINDS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const prepared = kinds.some(({ needsServers }) => needsServers) ? await prepare() : [];
  const reports: Report[] = [];
  for (const kind of kinds) {
    print(`\n== ${kind.name} tests`);
    reports.push(await runJest(kind, print));
  }
  const { lines, failed } = summarize(reports, prepared);
  for (const line of lines) print(line);
  return failed === 0 ? 0 : 1;
}

/** What could not be prepared. The tests that need it fail by themselves and say so too. */
async function prepare(): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const ensure of [ensureBinaries, ensureVcsim, ensureHelm]) {
    try {
      await ensure(print);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      print(why);
      problems.push(why);
    }
  }
  return problems;
}
