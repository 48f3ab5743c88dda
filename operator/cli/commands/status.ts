/** `status`: everything at a glance, once or for as long as somebody watches. */
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Io } from '../io.ts';
import { getHost, type KubeAccess, listObjects } from '../kubeAccess.ts';
import { reading } from '../reading.ts';
import { renderStatus } from '../render/status.ts';
import { attachmentsOf, everyAttachment, type StatusView, statusView } from '../statusView.ts';
import { summaryLines } from '../summaryLines.ts';

export const STATUS: Command = reading({
  name: 'status',
  args: '[host]',
  leastArgs: 0,
  mostArgs: 1,
  summary: 'Hosts, adapters, ports, virtual functions and VMs as a tree',
  details:
    'Virtual functions are counted layer by layer: declared, current in firmware, configured in the driver, present, in use by running VMs.\nA row that differs shows where it is stuck. With --watch and --exit-code it waits until all is ready, or --timeout.',
  example: 'status -A --fold\nstatus esx-01 --watch\nstatus -l rack=a --watch --exit-code --timeout 30m',
  flags: {
    fold: { type: 'boolean', help: 'one line for each host that is as declared, with its VMs' },
    'exit-code': { type: 'boolean', help: 'exit code 1 unless every object shown is ready' },
  },
  permissions: ['get, list and watch sriovhosts and sriovvmattachments'],
  answer: async ({ args: [name], io, isSet }, kube) => {
    const view = await readStatus(kube, name, io);
    return {
      data: view,
      render: (style) => renderStatus(view, style, { fold: isSet('fold') }),
      lines: summaryLines(view),
      code: isSet('exit-code') && !allReady(view) ? EXIT.negative : EXIT.ok,
    };
  },
});

/** Nothing at all is not ready: a name that was misspelt must not look like success. */
function allReady(view: StatusView): boolean {
  const states = [...view.hosts, ...everyAttachment(view)].map(({ state }) => state);
  return states.length > 0 && states.every((state) => state === 'Ready');
}

export async function readStatus(kube: KubeAccess, name: string | undefined, io: Pick<Io, 'note'>): Promise<StatusView> {
  if (name === undefined) {
    const hosts = await listObjects(kube, 'SriovHost', kube.scope);
    const view = statusView(hosts, await attachmentsFor(kube, hosts, io));
    return kube.selector === undefined ? view : { ...view, withoutHost: [] };
  }
  const host = await getHost(kube, name);
  return statusView([host], attachmentsOf(host, await attachmentsFor(kube, [host], io)));
}

/** Also those of other namespaces, where a host lets them in and the caller may see them. A watch keeps those of its namespace. */
export async function attachmentsFor(
  kube: KubeAccess,
  hosts: readonly SriovHost[],
  io: Pick<Io, 'note'>,
): Promise<readonly SriovVmAttachment[]> {
  const { scope } = kube;
  const open = scope !== undefined && kube.cache === undefined && hosts.some(({ spec }) => spec.attachments.from !== 'Same');
  if (!open) return await listObjects(kube, 'SriovVmAttachment', scope);
  try {
    const keys = new Set(hosts.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
    const all = await listObjects(kube, 'SriovVmAttachment', undefined);
    return all.filter(
      ({ metadata, spec }) =>
        metadata.namespace === scope || keys.has(`${spec.hostRef.namespace ?? metadata.namespace}/${spec.hostRef.name}`),
    );
  } catch (error) {
    if (!isKubeError(error, 403)) throw error;
    io.note(`attachments of other namespaces are not shown: you may only list those of ${scope}`);
    return await listObjects(kube, 'SriovVmAttachment', scope);
  }
}
