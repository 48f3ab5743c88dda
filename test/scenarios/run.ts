/** `npm run scenarios -- [--json] [--only NAME,...] [--list]`: plays the scenarios in one lab and prints a line for each. */
import { parseArgs } from 'node:util';
import { startLab } from '../support/lab/lab.ts';
import { SCENARIOS } from './all.ts';
import { runScenario } from './runScenario.ts';
import type { Scenario, ScenarioResult } from './scenario.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    parallel: { type: 'string', default: '4' },
  },
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);

function chosen(): readonly Scenario[] {
  if (values.only === '') return SCENARIOS;
  const names = values.only.split(',');
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`--only names no such scenario: ${unknown.join(', ')}; --list shows them all`);
  return SCENARIOS.filter(({ name }) => names.includes(name));
}

function line(result: ScenarioResult): string {
  if (values.json) return JSON.stringify(result);
  const { scenario, reason, restarts, optimum, vmPowerOffs, sshExecs, apiWrites, seconds } = result;
  return `${scenario.padEnd(26)} ${reason.padEnd(26)} restarts ${restarts}/${optimum}  VM power-offs ${vmPowerOffs}  ssh ${String(sshExecs).padStart(4)}  writes ${String(apiWrites).padStart(3)}  ${seconds.toFixed(1)} s`;
}

async function main(): Promise<number> {
  const scenarios = chosen();
  if (values.list) {
    for (const { name, kind, why } of scenarios) process.stdout.write(`${name.padEnd(26)} ${kind.padEnd(11)} ${why}\n`);
    return 0;
  }
  const lab = await startLab({ onProgress: say });
  let failed = 0;
  const queue = [...scenarios];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        process.stdout.write(`${line(await runScenario(lab, next))}\n`);
      } catch (error) {
        failed += 1;
        say(error instanceof Error ? error.message : String(error));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Number(values.parallel) }, worker));
  } finally {
    await lab.stop();
  }
  say(`${scenarios.length - failed} of ${scenarios.length} scenarios ended as expected`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
