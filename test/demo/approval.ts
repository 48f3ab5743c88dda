/** Plays the person who approves: shows what waits, and runs the very command that the operator names in the condition Ready. */
import { findCondition } from '../../operator/api/conditions.ts';
import type { SriovHost } from '../../operator/api/types.ts';
import type { SimHost } from '../simulator/fleet.ts';
import type { Lab } from '../support/lab/lab.ts';
import type { RunningHost } from './addDemoHosts.ts';
import type { Output } from './console/output.ts';
import { counted } from './timeline.ts';
import { waitsForApproval } from './waitUntilReady.ts';

export interface Approving {
  readonly lab: Lab;
  readonly output: Output;
  readonly hosts: readonly RunningHost[];
}

/** Approves the plan of every host that waits for it, as an administrator. Throws with what kubectl said when that fails. */
export async function approveWaiting(approving: Approving): Promise<void> {
  const waiting = approving.lab.observer.list('SriovHost').filter(waitsForApproval);
  for (const { sim } of approving.hosts) {
    const host = waiting.find(({ metadata }) => metadata.name === sim.world.name);
    if (host !== undefined) await approve(host, sim, approving);
  }
}

async function approve(host: SriovHost, sim: SimHost, { lab, output }: Approving): Promise<void> {
  const { line, paint } = output;
  const words = approveWords(host);
  line();
  line(paint('strong', `${host.metadata.name} waits for an approval; so far it counted ${counted(sim)}. Its plan:`));
  for (const { description } of host.status?.plan?.steps ?? []) line(`  - ${description}`);
  line('The demo approves it with the command from the message of its condition Ready:');
  line();
  line(`  $ kubectl ${words.join(' ')}`);
  const { code, stdout, stderr } = await lab.api.kubectl(words);
  if (code !== 0) throw new Error(`kubectl ${words.join(' ')}: ${stderr.trim()}`);
  line(`  ${stdout.trim()}`);
  line();
}

/** Arguments of the command. Throws when the message names none. */
export function approveWords({ metadata, status }: SriovHost): readonly string[] {
  const message = findCondition(status?.conditions, 'Ready')?.message ?? '';
  const [, command] = /kubectl (annotate \S.*)$/.exec(message) ?? [];
  if (command === undefined) throw new Error(`the message of ${metadata.name} names no command to approve with: '${message}'`);
  return command.split(' ');
}
