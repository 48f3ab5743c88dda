/** What the table shows of each object: the columns of `kubectl get`, and the VMs of a host. Pure. */
import { findCondition } from '../../../operator/api/conditions.ts';
import type { Condition, SriovHost, SriovVmAttachment } from '../../../operator/api/types.ts';
import type { Tone } from './output.ts';
import type { Row } from './table.ts';

export interface VmOnHost {
  readonly name: string;
  readonly powerState: string;
}

export const HOST_TITLES: readonly string[] = ['HOST', 'READY', 'VFS', 'RESTARTS', 'VMS', 'PROGRESS'];
export const ATTACHMENT_TITLES: readonly string[] = ['ATTACHMENT', 'READY', 'VM', 'POWER', 'MAC', 'PF', 'VF', 'PROGRESS'];
/** Shown where there is room, as `kubectl get -o wide` does. */
export const WIDE_TITLES: readonly string[] = ['PF', 'VF'];

export function hostRow({ metadata, status }: SriovHost, vms: readonly VmOnHost[]): Row {
  const { vfs, restarts, conditions, progress } = status ?? {};
  return [
    { text: metadata.name },
    readyCell(conditions),
    { text: vfs === undefined ? '' : `${vfs.present}/${vfs.desired}` },
    { text: String(restarts?.total ?? 0) },
    { text: vms.map(({ name, powerState }) => `${name} ${powerState}`).join(', ') },
    { text: progress ?? 'not looked at yet' },
  ];
}

export function attachmentRow({ metadata, status }: SriovVmAttachment): Row {
  const { vm, device, conditions, progress } = status ?? {};
  return [
    { text: metadata.name },
    readyCell(conditions),
    { text: vm?.name ?? '' },
    { text: vm?.powerState ?? '' },
    { text: device?.macAddress ?? '' },
    { text: device?.physicalFunction ?? '' },
    { text: device?.virtualFunction ?? '' },
    { text: progress ?? 'not looked at yet' },
  ];
}

function readyCell(conditions: readonly Condition[] | undefined): { readonly text: string; readonly tone?: Tone } {
  const ready = findCondition(conditions, 'Ready');
  if (ready === undefined) return { text: '' };
  const stalled = findCondition(conditions, 'Stalled')?.status === 'True';
  return { text: ready.status, tone: ready.status === 'True' ? 'good' : stalled ? 'bad' : 'busy' };
}

/** A row without its name as one line, for places where nothing can be overwritten: only the columns that say something. */
export function rowLine(titles: readonly string[], row: Row): string {
  const facts = row.slice(1, -1).flatMap(({ text }, index) => (text === '' ? [] : [`${(titles[index + 1] ?? '').toLowerCase()}=${text}`]));
  return [...facts, `- ${row.at(-1)?.text ?? ''}`].join(' ');
}
