/** The plugin without its process: arguments and a terminal in, exit code out. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { KubeClient } from '../kube/client.ts';
import type { Command, CommandContext } from './command.ts';
import { completer } from './commands/completion.ts';
import { COMMANDS } from './commands.ts';
import { COMPLETE } from './completionScripts.ts';
import { connect } from './connect.ts';
import { CliError, EXIT, type ExitCode } from './exit.ts';
import { type CommandLine, checkArguments, findVerb, formatOf, parseCommandLine, timeoutOf } from './flags.ts';
import { helpOf, overview } from './help.ts';
import { type Io, styleOf } from './io.ts';
import type { KubeAccess } from './kubeAccess.ts';
import { messageOf } from './messageOf.ts';
import { nearest } from './suggest.ts';

/** A connection that is still being made is not waited for. */
const CLOSING_MS = 200;
/** For a verb to end by itself after the signal: a watch then has an exit code to give. */
const GRACE_MS = 500;

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
    if (command === undefined) throw unknownVerb(verb);
    return await runCommand(command, parseCommandLine(args, command), io, opened);
  } catch (error) {
    if (io.signal.aborted) return EXIT.failed;
    io.note(`error: ${messageOf(error)}`);
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  } finally {
    await Promise.race([Promise.allSettled(opened.map((client) => client.close())), pause(CLOSING_MS)]);
  }
}

function unknownVerb(verb: string): CliError {
  const names = COMMANDS.map(({ name }) => name);
  const meant = nearest(verb, names);
  const advice = meant === undefined ? 'kubectl sriov --help lists them' : `did you mean ${meant}?`;
  return new CliError(`there is no verb '${verb}'; ${advice}`);
}

/** Of the flags that were typed so far, those that say where the names are. */
function completionLine(words: readonly string[]): CommandLine {
  const options = { namespace: { type: 'string', short: 'n' }, context: { type: 'string' }, kubeconfig: { type: 'string' } } as const;
  const { values } = parseArgs({ args: words.slice(0, -1), options, strict: false, allowPositionals: true });
  const known = Object.entries(values).filter(([name, value]) => name in options && typeof value === 'string');
  return { values: Object.fromEntries(known), args: words };
}

async function runCommand(command: Command, line: CommandLine, outer: Io, opened: KubeClient[]): Promise<ExitCode> {
  if (line.values['help'] === true) {
    outer.write(helpOf(command));
    return EXIT.ok;
  }
  checkArguments(line, command);
  const format = formatOf(line, command);
  const limit = timeoutOf(line);
  const deadline = limit === undefined ? undefined : AbortSignal.timeout(limit);
  const io: Io = deadline === undefined ? outer : { ...outer, signal: AbortSignal.any([outer.signal, deadline]) };
  let access: Promise<KubeAccess> | undefined;
  const context: CommandContext = {
    io,
    format,
    style: styleOf(io, format === 'wide'),
    args: line.args,
    text: (flag) => textsOf(line, flag)[0],
    texts: (flag) => textsOf(line, flag),
    isSet: (flag) => line.values[flag] === true,
    kube: () => {
      access ??= connect({ line, signal: io.signal, opened });
      return access;
    },
  };
  try {
    return await Promise.race([command.run(context), overdue(io.signal)]);
  } catch (error) {
    if (deadline?.aborted !== true) throw error;
    throw new CliError(`not done within ${line.values['timeout']} (--timeout); nothing is known about what was still under way`, {
      cause: error,
    });
  }
}

/** A connection that is being made does not hear the signal: whoever does not end soon after it is left behind. */
async function overdue(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await pause(GRACE_MS);
  throw signal.reason;
}

function textsOf({ values }: CommandLine, flag: string): readonly string[] {
  const value = values[flag];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
