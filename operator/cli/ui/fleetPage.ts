/** All hosts and attachments, the tree of `status` and the map. Pure. */
import { PLAIN } from '../io.ts';
import { mapView } from '../mapView.ts';
import { mapMarkup } from '../picture/htmlPage.ts';
import { stateCell } from '../render/state.ts';
import { renderStatus } from '../render/status.ts';
import { type AttachmentView, everyAttachment, type HostView, type StatusView } from '../statusView.ts';
import type { Links } from './links.ts';
import { paragraph, section, tableMarkup, textBlock } from './markup.ts';

export function fleetPage(view: StatusView, links: Links): readonly string[] {
  const { hosts } = view;
  const attachments = everyAttachment(view);
  if (hosts.length === 0 && attachments.length === 0) return [paragraph('There is no SriovHost and no SriovVmAttachment here.')];
  return [
    section('Hosts', [hostTable(hosts, links)]),
    section('Attachments', [attachmentTable(attachments, links)]),
    section('Virtual functions', [mapMarkup(mapView(view))]),
    section('Tree', [textBlock('Hosts, adapters, ports and VMs', renderStatus(view, PLAIN))]),
  ];
}

function hostTable(hosts: readonly HostView[], links: Links): string {
  const rows = hosts.map(({ namespace, name, state, reason, vfs, progress }) => [
    { text: `${namespace}/${name}`, href: links.host(namespace, name) },
    stateCell(state).text,
    reason,
    vfs === undefined ? '' : `${vfs.present} of ${vfs.desired}`,
    progress,
  ]);
  return tableMarkup({ caption: counted(hosts), titles: ['Host', 'State', 'Reason', 'Virtual functions', 'Message'], rows });
}

export function attachmentTable(attachments: readonly AttachmentView[], links: Links): string {
  const rows = attachments.map(({ namespace, name, vm, state, reason, kind, physicalFunction, virtualFunction, macAddress, progress }) => [
    { text: `${namespace}/${name}`, href: links.attachment(namespace, name) },
    vm,
    stateCell(state).text,
    reason,
    [kind === 'Physical' ? physicalFunction : virtualFunction, macAddress].filter((part) => part !== undefined).join(' '),
    progress,
  ]);
  const titles = ['Attachment', 'VM', 'State', 'Reason', 'Function', 'Message'];
  return tableMarkup({ caption: counted(attachments), titles, rows });
}

/** `2 Ready, 1 Stalled` */
function counted(list: readonly { readonly state: string }[]): string {
  const words = [...new Set(list.map(({ state }) => state))];
  const counts = words.map((word) => `${list.filter(({ state }) => state === word).length} ${word}`);
  return counts.length === 0 ? 'none' : counts.join(', ');
}
