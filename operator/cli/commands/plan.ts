/** `plan`: what would happen to a host, what it takes and what it waits for; from its status, or by a look of our own. */
import type { HostCase } from '../../controllers/sriovHost/recordedCase.ts';
import type { Command, CommandContext } from '../command.ts';
import { variableOf } from '../direct/secrets.ts';
import { CliError, EXIT } from '../exit.ts';
import { getHost, type KubeAccess } from '../kubeAccess.ts';
import { type PlanView, planView } from '../planView.ts';
import { print } from '../print.ts';
import { type Answer, WATCH, watching } from '../reading.ts';
import { renderPlan } from '../render/plan.ts';

export const PLAN: Command = {
  name: 'plan',
  args: '<host>',
  leastArgs: 0,
  mostArgs: 1,
  summary: 'What the operator will do to a host, what it costs, what it waits for',
  details: `With -f and --direct the host is looked at from here, over SSH, and its BMC and vSphere server where the spec has them; no cluster is needed.
Nothing is written anywhere. Its Secrets come from the files or from the environment: ${variableOf('esx-01', 'username')}, ${variableOf('esx-01', 'password')};
what is still missing is asked for on a terminal. --record keeps what was seen in a file, with secrets taken out.`,
  example: 'plan esx-01 -o wide\nplan -f esx-01.yaml -f secrets.yaml --direct --record esx-01.case.json',
  flags: {
    ...WATCH,
    filename: { type: 'string', short: 'f', value: 'path', multiple: true, help: 'with --direct: YAML file or folder with the SriovHost' },
    direct: { type: 'boolean', help: 'look at the host itself and plan here' },
    record: { type: 'string', value: 'path', help: 'with --direct: write what the plan rests on to a file, for kubectl sriov replay' },
    overwrite: { type: 'boolean', help: 'with --record: replace a file that exists' },
  },
  permissions: ['get sriovhosts; with --direct none'],
  run: async (context) => {
    if (context.isSet('direct') || context.texts('filename').length > 0) {
      const view = await directView(context);
      await print(context, view, (style) => renderPlan(view, style));
      return EXIT.ok;
    }
    const [name] = context.args;
    if (context.text('record') !== undefined) throw new CliError('--record keeps a look from here: it needs --direct and -f <path>');
    if (name === undefined) throw new CliError('which host? kubectl sriov plan <host>, or plan -f <path> --direct');
    const kube = await context.kube();
    if (context.isSet('watch')) return await watching(context, kube, async (from) => await answerOf(from, name));
    const { data, render } = await answerOf(kube, name);
    await print(context, data, render);
    return EXIT.ok;
  },
};

async function answerOf(kube: KubeAccess, name: string): Promise<Answer> {
  const view = planView(await getHost(kube, name));
  return { data: view, render: (style) => renderPlan(view, style) };
}

/** There is no object to approve, so there is no next command. */
async function directView(context: CommandContext): Promise<PlanView> {
  const { io, args, texts, isSet, text } = context;
  const [name] = args;
  const paths = texts('filename');
  if (paths.length === 0) throw new CliError('--direct needs the spec: kubectl sriov plan -f <path> --direct');
  if (!isSet('direct')) throw new CliError('a file is planned for with --direct, which looks at the host from here');
  if (isSet('watch')) throw new CliError('--direct looks once: leave out --watch');
  const [{ readManifests }, { readHost }] = await Promise.all([import('../manifests.ts'), import('../direct/readHost.ts')]);
  const manifests = await readManifests(paths, io);
  const wanted = await readHost(manifests, name);
  const { lookFromHere } = await import('../direct/lookFromHere.ts');
  const { host, looks, recorded, secretValues } = await lookFromHere(wanted, manifests, io);
  const record = text('record');
  if (record !== undefined) await writeRecord(context, { path: record, recorded, secretValues });
  const { next: _, ...view } = planView(host);
  return { ...view, looks };
}

interface Recording {
  readonly path: string;
  readonly recorded: HostCase;
  readonly secretValues: readonly string[];
}

async function writeRecord({ io, isSet }: CommandContext, { path, recorded, secretValues }: Recording): Promise<void> {
  const [{ createRedactor }, { writeOutput }] = await Promise.all([import('../bundle/redact.ts'), import('../writeOutput.ts')]);
  const redactor = createRedactor(secretValues);
  const content = `${JSON.stringify(redactor.object(recorded), undefined, 1)}\n`;
  await writeOutput(io, { path, content, overwrite: isSet('overwrite') });
  const hidden = Object.values(redactor.counts()).reduce((sum, count) => sum + count, 0);
  io.note(
    `${path}: what was seen, ${hidden} values hidden; names and addresses are in it. kubectl sriov replay ${path} plans from it again`,
  );
}
