/** `plan`: what would happen to a host, what it takes and what it waits for; from its status, or by a look of our own. */
import type { SriovHost } from '../../api/types.ts';
import { createEsxiConnector } from '../../esxi/connector.ts';
import { createBmcConnector } from '../../redfish/connector.ts';
import type { Command, CommandContext } from '../command.ts';
import { planDirectly } from '../direct/directPlan.ts';
import { readHost } from '../direct/readHost.ts';
import { findSecret, variableOf } from '../direct/secrets.ts';
import { CliError, EXIT } from '../exit.ts';
import { getObject } from '../kubeAccess.ts';
import { readManifests } from '../manifests.ts';
import { type PlanView, planView } from '../planView.ts';
import { print } from '../print.ts';
import { renderPlan } from '../render/plan.ts';

export const PLAN: Command = {
  name: 'plan',
  args: '<host>',
  leastArgs: 0,
  mostArgs: 1,
  summary: 'What the operator will do to a host, what it costs, what it waits for',
  details: `With -f and --direct the host is looked at from here, over SSH and Redfish, and no cluster is needed. Nothing is written anywhere.
Its Secrets come from the same file or from the environment: ${variableOf('esx-01', 'username')}, ${variableOf('esx-01', 'password')}.`,
  example: 'plan esx-01 -o wide\nplan -f esx-01.yaml --direct',
  flags: {
    filename: { type: 'string', short: 'f', value: 'path', help: 'with --direct: YAML file with the SriovHost' },
    direct: { type: 'boolean', help: 'look at the host itself and plan here' },
  },
  permissions: ['get sriovhosts; with --direct none'],
  run: async (context) => {
    const view = context.isSet('direct') || context.text('filename') !== undefined ? await directView(context) : await clusterView(context);
    print(context, view, (style) => renderPlan(view, style));
    return EXIT.ok;
  },
};

async function clusterView(context: CommandContext): Promise<PlanView> {
  const [name] = context.args;
  if (name === undefined) throw new CliError('which host? kubectl sriov plan <host>, or plan -f <path> --direct');
  return planView(await getObject(context.kube(), 'SriovHost', name));
}

/** There is no object to approve, so there is no next command. */
async function directView({ io, args: [name], text, isSet }: CommandContext): Promise<PlanView> {
  const path = text('filename');
  if (path === undefined) throw new CliError('--direct needs the spec: kubectl sriov plan -f <path> --direct');
  if (!isSet('direct')) throw new CliError('a file is planned for with --direct, which looks at the host from here');
  const manifests = await readManifests(path, io);
  const { next: _, ...view } = planView(await lookFromHere(await readHost(manifests, name), manifests, io));
  return view;
}

async function lookFromHere(host: SriovHost, manifests: Parameters<typeof findSecret>[1], io: CommandContext['io']): Promise<SriovHost> {
  const esxi = createEsxiConnector({
    log: { debug: () => undefined, warn: () => undefined, info: () => undefined },
  });
  const bmc = createBmcConnector();
  const secrets = { secret: async (_: string, name: string) => findSecret(name, manifests, io.env) };
  try {
    return await planDirectly(host, { secrets, esxi, bmc, now: io.now }, io.signal);
  } finally {
    await Promise.allSettled([esxi.close(), bmc.close()]);
  }
}
