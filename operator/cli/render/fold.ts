/** Which hosts `status --fold` shows in one line, and what the line says of the rows that it stands for. Pure. */
import type { HostView, PortView } from '../statusView.ts';

/** Nothing below such a host is worth a look: adapters, ports, virtual functions and attachments are all as declared. */
export function isAsDeclared({ state, adapters, elsewhere }: HostView): boolean {
  const fine = adapters.every(({ problem, ports }) => problem === undefined && ports.every(isPortAsDeclared));
  return state === 'Ready' && fine && elsewhere.length === 0;
}

/** On a port that a VM has as a whole, no virtual functions are present and none are declared. */
function isPortAsDeclared({ vfs, passthrough, linkUp, linkType, attachments }: PortView): boolean {
  const connected = linkUp !== false || linkType === 'InfiniBand';
  const counted = vfs.present === undefined || vfs.present === vfs.desired;
  return connected && counted && passthrough?.problem === undefined && attachments.every(({ state }) => state === 'Ready');
}

/** `1 adapter, 2 ports, 1 VM` */
export function foldedWords({ adapters }: HostView): string {
  const ports = adapters.flatMap((adapter) => adapter.ports);
  const vms = ports.flatMap(({ attachments }) => attachments);
  return [count(adapters.length, 'adapter'), count(ports.length, 'port'), count(vms.length, 'VM')].join(', ');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
