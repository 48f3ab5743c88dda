/** One line for each object: what `status --watch` tells where nobody can see a redrawn tree. Pure. */
import { fabricWords } from './fabric.ts';
import type { AttachmentView, StatusView } from './statusView.ts';

/** By what each is; in the order of the tree. */
export function summaryLines(view: StatusView): readonly (readonly [key: string, line: string])[] {
  return [
    ...view.hosts.flatMap((host) => [
      [
        `srh/${host.namespace}/${host.name}`,
        `${host.state} ${host.vfs?.present ?? 0}/${host.vfs?.desired ?? 0} VFs - ${host.progress}`,
      ] as const,
      ...[...host.adapters.flatMap(({ ports }) => ports.flatMap(({ attachments }) => attachments)), ...host.elsewhere].map(attachmentLine),
    ]),
    ...view.withoutHost.map(attachmentLine),
  ];
}

function attachmentLine(view: AttachmentView): readonly [string, string] {
  const { namespace, name, state, progress } = view;
  return [`sva/${namespace}/${name}`, `${[state, ...fabricWords(view)].join(', ')} - ${progress}`];
}
