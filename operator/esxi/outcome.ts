/** Turns a command's exit code and texts into success or the PortError that says what went wrong. */
import { PortError } from '../ports/errors.ts';
import type { ExecResult } from './exec.ts';
import { withoutUserInfo } from './text.ts';

/** Longest piece of a tool's own text that goes into an error message. */
const MAX_QUOTED = 400;

/** busybox and bash: the program is not there. */
const EXIT_NOT_FOUND = 127;

/** Resolves the standard output of a command that ended with 0; throws ToolMissing or CommandFailed otherwise. */
export function requireSuccess(command: string, result: ExecResult): string {
  if (result.exitCode === 0) return result.stdout;
  throw failureOf(command, result);
}

/** The PortError for a command that did not succeed. `detail` may add what the tool's own file made of the text. */
export function failureOf(
  command: string,
  result: ExecResult,
  detail: Readonly<Record<string, string | number | boolean>> = {},
): PortError {
  const tool = toolName(command);
  const text = `${result.stdout}\n${result.stderr}`;
  const about = { command: withoutUserInfo(command), exitCode: result.exitCode };
  if (result.exitCode === EXIT_NOT_FOUND || /^(?:sh|ash|-?bash): .*not found\s*$/m.test(result.stderr)) {
    return new PortError('ToolMissing', missingMessage(command), { detail: about });
  }
  if (/Connect to \S+ failed: Connection failure/i.test(text)) {
    return new PortError(
      'CommandFailed',
      `the host's management agent (hostd) does not answer ${tool} yet; it needs a few minutes after a start`,
      {
        detail: { ...about, hostdNotReady: true },
      },
    );
  }
  const said = quoteText(text);
  return new PortError('CommandFailed', `${tool} failed with exit code ${result.exitCode}${said === '' ? '' : `: ${said}`}`, {
    detail: { ...about, ...errorClass(text), ...detail },
  });
}

/** Output that no rule of the parser fits; `what` names the fact that was looked for. */
export function notUnderstood(what: string, text: string, cause?: unknown): PortError {
  const said = quoteText(text);
  return new PortError(
    'OutputNotUnderstood',
    `cannot read ${what} from the host's answer${said === '' ? ', which is empty' : `: ${said}`}`,
    { cause },
  );
}

function missingMessage(command: string): string {
  const program = command.split(' ', 1)[0] ?? command;
  return program.startsWith('/opt/mellanox/')
    ? `${program} is not on the host: install the VIBs mft and nmst and restart the host`
    : `${program} is not on the host`;
}

/** `esxcli software vib install ...` -> `esxcli software vib install`; `/opt/mellanox/bin/flint -d x q` -> `flint`. */
function toolName(command: string): string {
  const words = command.split(' ').filter((word) => !word.startsWith('-'));
  const program = (words[0] ?? command).split('/').at(-1) ?? command;
  if (program !== 'esxcli') return program;
  const namespaces = command.match(/^esxcli(?: --\S+)*((?: [a-zA-Z0-9]+)+)/);
  return `esxcli${namespaces?.[1] ?? ''}`;
}

/** `[AcceptanceConfigError]` of esxcli software; the family is open, so any name ending in Error counts. */
function errorClass(text: string): { readonly errorClass?: string } {
  const name = text.match(/^\s*\[(\w+Error)\]/m)?.[1];
  return name === undefined ? {} : { errorClass: name };
}

/** One stable line: the tool's error lines where it marks them, otherwise its first lines; usage texts cut off. */
function quoteText(text: string): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const marked = lines.filter((line) => line.startsWith('-E-') || line.startsWith('Error:'));
  const usage = lines.findIndex((line) => line.startsWith('Usage:'));
  const chosen = withoutUserInfo((marked.length > 0 ? marked : lines.slice(0, usage < 0 ? undefined : usage)).join(' '));
  return chosen.length > MAX_QUOTED ? `${chosen.slice(0, MAX_QUOTED)}...` : chosen;
}
