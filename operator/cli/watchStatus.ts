/** `status --watch`: redrawn in place on a terminal, else one line for each change. Ends with the signal. */
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';
import type { Logger } from '../engine/log.ts';
import { RESOURCES } from '../kube/cluster.ts';
import { watchKind } from '../kube/watchedKind.ts';
import type { CommandContext } from './command.ts';
import { styleOf } from './io.ts';
import type { KubeAccess } from './kubeAccess.ts';
import { renderStatus } from './render/status.ts';
import { attachmentsOf, type StatusView, statusView } from './statusView.ts';

/** Redraws are bundled, so that a busy fleet does not flicker. */
const REDRAW_MS = 200;

export async function watchStatus({ io, format }: CommandContext, kube: KubeAccess, name: string | undefined): Promise<void> {
  const show = io.terminal ? redraw(io, format === 'wide') : changes(io);
  let timer: NodeJS.Timeout | undefined;
  let ready = false;
  const draw = (): void => {
    timer = undefined;
    show(statusOf(hosts.list(), attachments.list(), name === undefined ? undefined : `${kube.namespace}/${name}`));
  };
  const onChange = (): void => {
    if (ready) timer ??= setTimeout(draw, REDRAW_MS);
  };
  const common = { client: kube.client, namespaces: kube.scope === undefined ? [] : [kube.scope], onChange, log: noteLog(io.note) };
  const hosts = watchKind<SriovHost>({ ...common, resource: RESOURCES.SriovHost });
  const attachments = watchKind<SriovVmAttachment>({ ...common, resource: RESOURCES.SriovVmAttachment });
  const ended = new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  hosts.start(io.signal);
  attachments.start(io.signal);
  await Promise.race([Promise.all([hosts.synced, attachments.synced]), ended]);
  if (!io.signal.aborted) {
    ready = true;
    draw();
    await ended;
  }
  clearTimeout(timer);
}

function statusOf(hosts: readonly SriovHost[], attachments: readonly SriovVmAttachment[], key: string | undefined): StatusView {
  const sorted = [...hosts].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (key === undefined) return statusView(sorted, attachments);
  const [host] = sorted.filter((candidate) => keyOf(candidate) === key);
  return host === undefined ? { hosts: [], withoutHost: [] } : statusView([host], attachmentsOf(host, attachments));
}

function keyOf({ metadata }: SriovHost): string {
  return `${metadata.namespace}/${metadata.name}`;
}

type Show = (view: StatusView) => void;

function redraw(io: CommandContext['io'], wide: boolean): Show {
  let drawn = 0;
  return (view) => {
    const lines = renderStatus(view, styleOf(io, wide));
    // Up to the first line of the last picture, and everything below it away.
    io.write(`${drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[0J`}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}

function changes(io: CommandContext['io']): Show {
  let shown = new Map<string, string>();
  return (view) => {
    const now = new Map(summaryLines(view));
    const news = [...now].filter(([key, line]) => shown.get(key) !== line);
    const gone = [...shown.keys()].filter((key) => !now.has(key)).map((key) => [key, 'gone'] as const);
    for (const [key, line] of [...news, ...gone]) io.write(`${io.now().toISOString().slice(0, 19)}Z ${key} ${line}\n`);
    shown = now;
  };
}

/** One line for each object, by what it is. */
export function summaryLines(view: StatusView): readonly (readonly [string, string])[] {
  return view.hosts.flatMap((host) => [
    [
      `srh/${host.namespace}/${host.name}`,
      `${host.state} ${host.vfs?.present ?? 0}/${host.vfs?.desired ?? 0} VFs - ${host.progress}`,
    ] as const,
    ...[...host.adapters.flatMap(({ ports }) => ports.flatMap(({ attachments }) => attachments)), ...host.elsewhere].map(
      ({ namespace, name, state, progress }) => [`sva/${namespace}/${name}`, `${state} - ${progress}`] as const,
    ),
  ]);
}

/** A watch tries again by itself; people are told in one line. */
function noteLog(note: (line: string) => void): Logger {
  const log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields) => note(`${message}: ${fields?.['error'] instanceof Error ? fields['error'].message : ''}`),
    error: (message) => note(message),
    child: () => log,
  };
  return log;
}
