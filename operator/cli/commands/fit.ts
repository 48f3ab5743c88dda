/** `fit`: whether more VMs find virtual functions, and how many restarts it would cost to make room. */
import type { Command, CommandContext } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import type { FitRequest } from '../fit/room.ts';
import { getHost, type KubeAccess, listObjects } from '../kubeAccess.ts';
import { reading } from '../reading.ts';
import { renderFit } from '../render/fit.ts';
import { attachmentsFor } from './status.ts';

const API_LIMIT = 255;

export const FIT: Command = reading({
  name: 'fit',
  args: '[host]',
  leastArgs: 0,
  mostArgs: 1,
  summary: 'Whether more VMs can be placed, on which hosts, and how many restarts it would cost',
  details:
    "Free virtual functions are used first. Where they do not suffice, the operator's own planner is asked what raising vfs takes, on as few hosts as possible.\nIt answers from the status: cards say only when they are set how many virtual functions they allow; --max-vfs is your own limit.\nExit code 1 when they do not fit, even after changes.",
  example: 'fit --vms 6 --vfs 2\nfit esx-01 --vms 3 --link-type InfiniBand\nfit --vms 40 --max-vfs 32 -l rack=a',
  flags: {
    vms: { type: 'string', value: 'number', help: 'VMs to place; default 1' },
    vfs: { type: 'string', value: 'number', help: 'virtual functions that each of them needs; default 1' },
    'link-type': { type: 'string', value: 'type', help: 'Ethernet (default) or InfiniBand' },
    adapter: { type: 'string', value: 'name', help: 'only adapters of this name' },
    'max-vfs': { type: 'string', value: 'number', help: `most virtual functions that a port may be given; default ${API_LIMIT}` },
  },
  permissions: ['list sriovhosts and sriovvmattachments'],
  answer: async (context, kube) => {
    const request = requestOf(context);
    const hosts = await hostsFor(context, kube);
    const attachments = await attachmentsFor(kube, hosts, context.io);
    const { fitView } = await import('../fit/fitView.ts');
    const view = fitView(request, hosts, { attachments, now: context.io.now() });
    return { data: view, render: (style) => renderFit(view, style), code: view.left === 0 ? EXIT.ok : EXIT.negative };
  },
});

async function hostsFor({ args: [name] }: CommandContext, kube: KubeAccess) {
  return name === undefined ? await listObjects(kube, 'SriovHost', kube.scope) : [await getHost(kube, name)];
}

function requestOf({ text }: CommandContext): FitRequest {
  const adapter = text('adapter');
  const linkType = text('link-type') ?? 'Ethernet';
  if (linkType !== 'Ethernet' && linkType !== 'InfiniBand') throw new CliError(`--link-type is '${linkType}'; use Ethernet or InfiniBand`);
  return {
    vms: numberOf('vms', text('vms') ?? '1', 100_000),
    vfs: numberOf('vfs', text('vfs') ?? '1', API_LIMIT),
    linkType,
    ...(adapter === undefined ? {} : { adapter }),
    maxVfs: numberOf('max-vfs', text('max-vfs') ?? String(API_LIMIT), API_LIMIT),
  };
}

function numberOf(flag: string, text: string, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw new CliError(`--${flag} is '${text}'; write a number from 1 to ${most}`);
}
