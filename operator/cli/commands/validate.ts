/** `validate`: whether manifests would be taken, without a cluster or by its dry run. */
import { RESOURCES } from '../../kube/cluster.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import { objectPath } from '../../kube/resource.ts';
import type { Kind } from '../../ports/cluster.ts';
import type { Command, CommandContext } from '../command.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import type { Manifest } from '../manifests.ts';
import { print } from '../print.ts';

export const VALIDATE: Command = {
  name: 'validate',
  args: '[path...]',
  leastArgs: 0,
  mostArgs: Number.POSITIVE_INFINITY,
  summary: 'Whether manifests are right: offline, or by a dry run of the API server',
  details:
    "Offline the schema and the CEL rules of this plugin's own version are checked, unknown fields too; a rule that cannot be judged offline is named.\nRules about changes (immutable fields) need --server. Objects of other groups are skipped. Exit code 1 when something is wrong.",
  example: 'validate -f host.yaml\nvalidate fleet/ tenants/*.yaml\nkustomize build . | kubectl sriov validate -f - --server',
  flags: {
    filename: {
      type: 'string',
      short: 'f',
      value: 'path',
      multiple: true,
      help: 'YAML file or folder, or - for standard input; may be repeated',
    },
    server: { type: 'boolean', help: 'ask the API server by a dry run; nothing is written' },
  },
  permissions: ['with --server: patch sriovhosts and sriovvmattachments (dry run)'],
  run,
};

interface Result {
  readonly object: string;
  readonly faults: readonly string[];
  readonly left: readonly string[];
}

async function run(context: CommandContext): Promise<ExitCode> {
  const paths = [...context.texts('filename'), ...context.args];
  if (paths.length === 0) throw new CliError('which file? kubectl sriov validate -f <path>');
  const { isOurs, readManifests } = await import('../manifests.ts');
  const all = await readManifests(paths, context.io);
  const ours = all.filter(isOurs);
  if (ours.length === 0) throw new CliError(`${paths.join(', ')} has no object of our kinds (${all.length} of others)`);
  const results = context.isSet('server') ? await dryRun(await context.kube(), ours) : await offline(ours);
  await print(context, { results }, () => results.flatMap(resultLines));
  return results.every(({ faults }) => faults.length === 0) ? EXIT.ok : EXIT.negative;
}

async function offline(manifests: readonly Manifest[]): Promise<readonly Result[]> {
  const { judge } = await import('../validate/judge.ts');
  return (await judge(manifests)).map(({ object, faults, left }) => ({ object: `${object.kind} ${object.metadata.name}`, faults, left }));
}

async function dryRun(kube: KubeAccess, manifests: readonly Manifest[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const manifest of manifests) {
    const { kind, metadata } = manifest;
    if (!(kind in RESOURCES)) throw new CliError(`there is no kind ${kind} in ${manifest.apiVersion}`);
    const namespace = metadata.namespace ?? kube.namespace;
    const fault = await refusalOf(kube, { ...manifest, metadata: { ...metadata, namespace } });
    results.push({ object: `${kind} ${metadata.name}`, faults: fault === undefined ? [] : [fault], left: [] });
  }
  return results;
}

async function refusalOf({ client, signal }: KubeAccess, manifest: Manifest): Promise<string | undefined> {
  const { name, namespace = '' } = manifest.metadata;
  try {
    await client.request({
      method: 'PATCH',
      path: objectPath(RESOURCES[manifest.kind as Kind], { namespace, name }),
      query: { dryRun: 'All', fieldManager: 'kubectl-sriov', fieldValidation: 'Strict', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: manifest,
      signal,
    });
    return undefined;
  } catch (error) {
    if (isKubeError(error, 400, 422)) return error.message;
    // How server-side apply answers to unknown fields.
    if (isKubeError(error, 500) && error.message.includes('typed patch object')) return error.message;
    throw error;
  }
}

function resultLines({ object, faults, left }: Result): readonly string[] {
  if (faults.length > 0) return [`✖ ${object}`, ...faults.map((fault) => `    ${fault}`)];
  const unjudged = left.map((rule) => `    not judged offline, use --server: ${rule}`);
  return [`✔ ${object}${left.length === 0 ? '' : `: right as far as can be judged offline`}`, ...unjudged];
}
