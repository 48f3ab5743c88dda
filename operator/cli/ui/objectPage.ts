/** One host or one attachment: why it is not ready, its plan, and what was done to it. Pure. */
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import { PLAIN } from '../io.ts';
import { mapView } from '../mapView.ts';
import { mapMarkup } from '../picture/htmlPage.ts';
import { planView } from '../planView.ts';
import { duration } from '../render/journal.ts';
import { renderPlan } from '../render/plan.ts';
import { stateCell } from '../render/state.ts';
import { renderStatus } from '../render/status.ts';
import { everyAttachment, statusView } from '../statusView.ts';
import { type Trouble, whyView } from '../whyView.ts';
import { attachmentTable } from './fleetPage.ts';
import type { Links } from './links.ts';
import { paragraph, section, tableMarkup, textBlock } from './markup.ts';

/** `attachments`: those of this host. */
export function hostPage(host: SriovHost, attachments: readonly SriovVmAttachment[], links: Links): readonly string[] {
  const view = statusView([host], attachments);
  return [
    whySection(host),
    section('Plan', [textBlock('Plan', renderPlan(planView(host), PLAIN))]),
    section('Virtual functions', [
      mapMarkup(mapView(view)),
      textBlock('Host, adapters, ports and VMs', renderStatus(view, PLAIN)),
      attachmentTable(everyAttachment(view), links),
    ]),
    journalSection(host),
  ];
}

export function attachmentPage(attachment: SriovVmAttachment, links: Links): readonly string[] {
  const { hostRef, function: wanted } = attachment.spec;
  const namespace = hostRef.namespace ?? attachment.metadata.namespace;
  const { kind, adapter, port } = wanted;
  return [
    paragraph('Host: ', { text: `${namespace}/${hostRef.name}`, href: links.host(namespace, hostRef.name) }),
    paragraph(`Function: ${kind}, adapter ${adapter}, port ${port}`),
    whySection(attachment),
    section('Attachment', [attachmentTable(statusView([], [attachment]).withoutHost, links)]),
    journalSection(attachment),
  ];
}

function whySection(object: SriovHost | SriovVmAttachment): string {
  const { state, progress, troubles, next } = whyView(object);
  return section('State', [
    paragraph(`${stateCell(state).text}: ${progress}`),
    ...(troubles.length === 0 ? [] : [troubleTable(troubles)]),
    ...(next === undefined ? [] : [paragraph('Next command:'), textBlock('Next command', [next])]),
  ]);
}

function troubleTable(troubles: readonly Trouble[]): string {
  const rows = troubles.map(({ reason, conditions, messages, meaning = '', remedy = '' }) => [
    reason,
    conditions.join(', '),
    messages.join('; '),
    meaning,
    remedy,
  ]);
  return tableMarkup({ caption: 'What is not good', titles: ['Reason', 'Conditions', 'Message', 'Meaning', 'What to do'], rows });
}

function journalSection({ status }: SriovHost | SriovVmAttachment): string {
  const entries = status?.journal ?? [];
  if (entries.length === 0) return section('Journal', [paragraph('Nothing was done yet.')]);
  const rows = entries.map(({ time, action, subject, result, durationSeconds, command = '', detail = '' }) => [
    time,
    action,
    subject,
    result,
    duration(durationSeconds),
    command,
    detail,
  ]);
  const titles = ['Time', 'Action', 'On', 'Result', 'Took', 'Command', 'Detail'];
  return section('Journal', [tableMarkup({ caption: 'What the operator did, oldest first', titles, rows })]);
}
