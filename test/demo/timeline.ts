/** Tells afterwards what happened to each object, and what the simulated hosts themselves counted. */
import type { SimHost } from '../simulator/fleet.ts';
import type { RunningHost } from './addDemoHosts.ts';
import { seconds } from './console/liveView.ts';
import type { Output } from './console/output.ts';
import { wrap } from './console/wrap.ts';
import type { ObjectHistory } from './history.ts';

const WHAT_WIDTH = 'SetFirmwareParameters'.length;
const INDENT = 12 + WHAT_WIDTH + 2;

/** Times count from the moment when the objects were applied. */
export function printTimeline({ line, paint, columns }: Output, objects: readonly ObjectHistory[]): void {
  line(paint('strong', 'What happened'));
  line();
  const inOrder = [...objects].sort((left, right) => `${left.kind}/${left.name}`.localeCompare(`${right.kind}/${right.name}`));
  for (const { kind, name, entries } of inOrder) {
    line(paint('strong', `${kind}/${name}`));
    for (const { atMs, what, detail } of entries) {
      const text = wrap(detail, { columns: columns() - INDENT, indent: INDENT });
      line(`  ${`+${seconds(atMs)}`.padStart(8)}  ${what.padEnd(WHAT_WIDTH)}  ${text}`);
    }
    line();
  }
}

/** The operator's report is one thing, what the hosts saw is another: they are shown side by side. */
export function printWitness({ line, paint }: Output, hosts: readonly RunningHost[]): void {
  line(paint('strong', 'What the simulated hosts themselves counted'));
  for (const { sim } of hosts) {
    const { restartsWithRunningVms, powerCutsWithRunningVms, burns } = sim.world.counters;
    const disturbed = restartsWithRunningVms + powerCutsWithRunningVms;
    const runs = sim.world.adapters.map(({ running }) => running).join(', ');
    const burned = burns === 0 ? '' : `; ${count(burns, 'firmware image')} burned, ${runs} runs`;
    line(`  ${sim.world.name}: ${counted(sim)}, ${disturbed} under running VMs${burned}`);
  }
}

/** What became of a host so far, in its own count. */
export function counted({ world }: SimHost): string {
  const { restarts, reconfigurations } = world.counters;
  const kinds = restarts.length === 0 ? '' : ` (${restarts.map(({ kind }) => kind).join(', ')})`;
  return `${count(restarts.length, 'restart')}${kinds}, ${count(reconfigurations, 'change')} of its configuration`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
