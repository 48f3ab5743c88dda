/** `status`: everything at a glance, once or for as long as somebody watches. */
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { getObject, type KubeAccess, listObjects } from '../kubeAccess.ts';
import { print } from '../print.ts';
import { renderStatus } from '../render/status.ts';
import { attachmentsOf, type StatusView, statusView } from '../statusView.ts';
import { watchStatus } from '../watchStatus.ts';

export const STATUS: Command = {
  name: 'status',
  args: '[host]',
  leastArgs: 0,
  mostArgs: 1,
  summary: 'Hosts, adapters, ports, virtual functions and VMs as a tree',
  details:
    'Virtual functions are counted layer by layer: declared, current in firmware, configured in the driver, present, in use by running VMs.\nA row that differs shows where it is stuck.',
  example: 'status -A\nstatus esx-01 --watch',
  flags: { watch: { type: 'boolean', short: 'w', help: 'follow changes until Ctrl-C' } },
  permissions: ['get, list and watch sriovhosts and sriovvmattachments'],
  run,
};

async function run(context: CommandContext): Promise<ExitCode> {
  const kube = context.kube();
  const [name] = context.args;
  if (context.isSet('watch')) {
    await watchStatus(context, kube, name);
    return EXIT.ok;
  }
  const view = await readStatus(kube, name, context.io);
  print(context, view, (style) => renderStatus(view, style));
  return EXIT.ok;
}

export async function readStatus(kube: KubeAccess, name: string | undefined, io: Pick<Io, 'note'>): Promise<StatusView> {
  if (name === undefined) {
    const hosts = await listObjects(kube, 'SriovHost', kube.scope);
    return statusView(hosts, await attachmentsFor(kube, hosts, io));
  }
  const host = await getObject(kube, 'SriovHost', name);
  return statusView([host], attachmentsOf(host, await attachmentsFor(kube, [host], io)));
}

/** Also those of other namespaces, where a host lets them in and the caller may see them. */
export async function attachmentsFor(
  kube: KubeAccess,
  hosts: readonly SriovHost[],
  io: Pick<Io, 'note'>,
): Promise<readonly SriovVmAttachment[]> {
  const scope = kube.scope ?? undefined;
  const open = scope !== undefined && hosts.some(({ spec }) => spec.attachments.from !== 'Same');
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
