/** `fit` as a table, the sum in words, and what to write where a host has to change. Pure. */
import type { FitView, HostFit } from '../fit/fitView.ts';
import type { PortChange } from '../fit/growth.ts';
import type { Style } from '../io.ts';
import { layOut, wrapText } from './table.ts';

const TITLES = ['HOST', 'FREE', 'VMS NOW', 'VMS AFTER', 'RESTARTS', 'CHANGE'];

export function renderFit(view: FitView, style: Style): readonly string[] {
  if (view.hosts.length === 0) return ['no SriovHost here'];
  const changed = view.hosts.filter(({ growth }) => growth !== undefined);
  return [
    ...layOut(
      TITLES,
      view.hosts.map((fit) => [
        { text: fit.host },
        { text: String(fit.free) },
        { text: String(fit.now), tone: fit.now > 0 ? 'good' : undefined },
        { text: fit.afterChange === 0 ? '' : String(fit.afterChange), tone: 'busy' },
        { text: fit.growth === undefined ? '' : String(fit.growth.restarts), tone: 'busy' },
        { text: changeText(fit) },
      ]),
      style,
    ),
    '',
    ...wrapText(verdict(view), 0, style),
    ...changed.flatMap((fit) => costs(fit, style)),
  ];
}

function verdict({ request, placedNow, placedAfterChange, left, restarts, hostsToChange }: FitView): string {
  const what = `${count(request.vms, 'VM')} with ${count(request.vfs, `${request.linkType} VF`)} each`;
  if (left === 0 && hostsToChange === 0) return `${what}: all fit now, no restart`;
  const changes = `${count(hostsToChange, 'host')} changed with ${count(restarts, 'restart')}`;
  if (left === 0) return `${what}: ${placedNow} fit now, ${placedAfterChange} after ${changes}`;
  const rest = hostsToChange === 0 ? '' : `, ${placedAfterChange} after ${changes}`;
  return `${what}: ${placedNow} fit now${rest}, and ${left} not at all`;
}

function changeText({ growth, note }: HostFit): string {
  return growth === undefined ? (note ?? '') : growth.changes.map(portText).join(', ');
}

function portText({ adapter, port, from, to }: PortChange): string {
  return `${adapter} port ${port} vfs ${from} -> ${to}`;
}

function costs({ host, growth }: HostFit, style: Style): readonly string[] {
  if (growth === undefined) return [];
  const [namespace, name] = host.split('/');
  const beyond = growth.changes.filter(({ beyondFirmware }) => beyondFirmware);
  const facts = [
    `steps: ${growth.steps.join(', ')}`,
    ...(growth.runningVms.length === 0 ? [] : [`running VMs with functions of this host: ${growth.runningVms.join(', ')}`]),
    ...(growth.waitsFor === undefined ? [] : [`would wait for ${growth.waitsFor}`]),
    ...(beyond.length === 0 ? [] : ['NUM_OF_VFS goes up: the card says whether it allows that when it is set']),
    `to do it: set ${growth.changes.map(({ adapter, port, to }) => `vfs: ${to} on port ${port} of ${adapter}`).join(', ')} with kubectl edit srh ${name} -n ${namespace}`,
  ];
  return ['', style.paint('strong', host), ...facts.flatMap((fact) => wrapText(fact, 2, style))];
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
