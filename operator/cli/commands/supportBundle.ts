/** `support-bundle`: all that somebody needs who is asked for help, in one file, without secrets. */
import type { Command, CommandContext } from '../command.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { writeOutput } from '../writeOutput.ts';

export const SUPPORT_BUNDLE: Command = {
  name: 'support-bundle',
  args: '',
  leastArgs: 0,
  mostArgs: 0,
  summary: 'Objects, events, operator logs and metrics in one file to pass on; secrets are taken out',
  details:
    'A tar.gz with a page summary.html. What you may not read is left out and named, and what was hidden is listed. No Secret is read, unless --chart-values asks for those in which\nHelm keeps the values of the chart. It contains names and addresses: look before you pass it on.',
  example: 'support-bundle -A\nsupport-bundle -n fleet --operator-namespace sriov-system --file /tmp/sriov.tar.gz',
  flags: {
    file: { type: 'string', value: 'path', help: 'the file to write; default sriov-support-<time>.tar.gz' },
    overwrite: { type: 'boolean', help: 'replace a file that exists' },
    'operator-namespace': { type: 'string', value: 'name', help: 'where the operator runs; default: searched for in all' },
    'chart-values': { type: 'boolean', help: 'also the values given to Helm, which are kept in Secrets' },
  },
  permissions: [
    'optional: list sriovhosts and sriovvmattachments',
    'optional: list events, pods, deployments and leases',
    'optional: get pods/log and pods/proxy',
    'with --chart-values: list secrets where the operator runs',
  ],
  run,
};

async function run(context: CommandContext): Promise<ExitCode> {
  if (context.format !== 'table') throw new CliError('a support bundle is a file: leave out --output, or name the file with --file');
  const { io, text, isSet } = context;
  const kube = await context.kube();
  const [{ gather }, { filesOf }, { createRedactor }, { tarGz }, { versions }] = await Promise.all([
    import('../bundle/gather.ts'),
    import('../bundle/files.ts'),
    import('../bundle/redact.ts'),
    import('../bundle/tar.ts'),
    import('../version.ts'),
  ]);
  const now = io.now();
  const gathered = await gather(kube, { operatorNamespace: text('operator-namespace'), chartValues: isSet('chart-values') });
  const redactor = createRedactor(secretsOfEnvironment(io.env));
  const folder = `sriov-support-${now.toISOString().slice(0, 19).replace(/[:T-]/g, '')}`;
  const files = filesOf(gathered, redactor, { versions: await versions(), now });
  const path = text('file') ?? `${folder}.tar.gz`;
  await writeOutput(io, { path, content: tarGz(folder, files, now), overwrite: isSet('overwrite') });
  for (const { what, why } of gathered.missing) io.note(`left out: ${what} (${why})`);
  for (const { file, by, field, values } of redactor.list().filter((one) => one.file !== '')) {
    io.note(`hidden in ${file}: ${values} by ${by}${field === undefined ? '' : ` ${field}`}`);
  }
  const hidden = Object.values(redactor.counts()).reduce((sum, count) => sum + count, 0);
  io.write(
    `${path}: ${files.length} files, ${hidden} values hidden, ${gathered.missing.length} sources left out; read summary.html in it first\n`,
  );
  return EXIT.ok;
}

/** Credentials for direct plans may be set here; they are hidden wherever they stand. */
function secretsOfEnvironment(env: CommandContext['io']['env']): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    /^SRIOV_SECRET_.*_(PASSWORD|SSH_PRIVATEKEY)$/.test(name) && value !== undefined ? [value] : [],
  );
}
