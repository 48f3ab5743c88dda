/** The plugin without its process: arguments and a terminal in, exit code out. */
import { parseArgs } from 'node:util';
import { createKubeClient, type KubeClient } from '../kube/client.ts';
import { type KubeConfigSource, openConnection } from '../kube/connection.ts';
import { isKubeError } from '../kube/kubeError.ts';
import type { Command, CommandContext } from './command.ts';
import { completer } from './commands/completion.ts';
import { COMMANDS } from './commands.ts';
import { COMPLETE } from './completion.ts';
import { CliError, EXIT, type ExitCode, textOfError } from './exit.ts';
import { type CommandLine, checkArguments, findVerb, formatOf, parseCommandLine } from './flags.ts';
import { helpOf, overview } from './help.ts';
import { type Io, styleOf } from './io.ts';
import type { KubeAccess } from './kubeAccess.ts';

/** Never throws for what a user or a server can cause: that is a line on standard error and an exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  const opened: KubeClient[] = [];
  try {
    // The words of a shell are completed as they stand: flags among them are not ours.
    if (args[0] === COMPLETE) return await runCommand(completer(COMMANDS), completionLine(args.slice(1)), io, opened);
    const verb = findVerb(args, COMMANDS);
    if (verb === undefined || verb === 'help') {
      io.write(overview(COMMANDS));
      return verb === undefined && !args.some((arg) => arg === '--help' || arg === '-h') ? EXIT.failed : EXIT.ok;
    }
    const command = COMMANDS.find(({ name }) => name === verb);
    if (command === undefined) throw new CliError(`there is no verb '${verb}'; kubectl sriov --help lists them`);
    return await runCommand(command, parseCommandLine(args, command), io, opened);
  } catch (error) {
    if (io.signal.aborted) return EXIT.failed;
    io.note(`error: ${messageOf(error)}`);
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  } finally {
    await Promise.allSettled(opened.map((client) => client.close()));
  }
}

/** Of the flags that were typed so far, those that say where the names are. */
function completionLine(words: readonly string[]): CommandLine {
  const options = { namespace: { type: 'string', short: 'n' }, context: { type: 'string' }, kubeconfig: { type: 'string' } } as const;
  const { values } = parseArgs({ args: words.slice(0, -1), options, strict: false, allowPositionals: true });
  const known = Object.entries(values).filter(([name, value]) => name in options && typeof value === 'string');
  return { values: Object.fromEntries(known), args: words };
}

async function runCommand(command: Command, line: CommandLine, io: Io, opened: KubeClient[]): Promise<ExitCode> {
  if (line.values['help'] === true) {
    io.write(helpOf(command));
    return EXIT.ok;
  }
  checkArguments(line, command);
  const format = formatOf(line);
  const text = (flag: string): string | undefined => {
    const value = line.values[flag];
    return typeof value === 'string' ? value : undefined;
  };
  let access: KubeAccess | undefined;
  const context: CommandContext = {
    io,
    format,
    style: styleOf(io, format === 'wide'),
    args: line.args,
    text,
    isSet: (flag) => line.values[flag] === true,
    kube: () => {
      access ??= connect(line, io, opened);
      return access;
    },
  };
  return await command.run(context);
}

function connect({ values }: CommandLine, io: Io, opened: KubeClient[]): KubeAccess {
  const wanted = values as { readonly kubeconfig?: string; readonly context?: string; readonly namespace?: string };
  try {
    const connection = openConnection(sourceOf(wanted));
    // Asks for the server, which fails on a context that does not exist.
    void connection.origin;
    const client = createKubeClient({ connection, userAgent: 'kubectl-sriov' });
    opened.push(client);
    const namespace = wanted.namespace ?? connection.namespace ?? 'default';
    return { client, namespace, scope: values['all-namespaces'] === true ? undefined : namespace, signal: io.signal };
  } catch (error) {
    const which = wanted.context === undefined ? '' : ` with context ${wanted.context}`;
    throw new CliError(`no usable kubeconfig${which}: ${textOfError(error)}`, { cause: error });
  }
}

function sourceOf({ kubeconfig, context }: { readonly kubeconfig?: string; readonly context?: string }): KubeConfigSource {
  const chosen = context === undefined ? {} : { context };
  return kubeconfig === undefined ? { kind: 'default', ...chosen } : { kind: 'file', path: kubeconfig, ...chosen };
}

function messageOf(error: unknown): string {
  if (isKubeError(error, 401)) return `the API server does not know you (${error.message}); log in and try again`;
  if (isKubeError(error, 403)) return `you may not do this: ${error.message}; docs/kubectl-plugin.md has a role for each set of verbs`;
  if (isKubeError(error, 0)) return `the API server cannot be reached: ${error.message}`;
  return textOfError(error);
}
