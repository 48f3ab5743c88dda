/** What every emulated tool takes and gives. */
import type { HostWorld } from '../world/hostWorld.ts';

export interface CommandResult {
  readonly stdout: string;
  readonly stderr?: string;
  readonly code: number;
}

export interface ToolContext {
  readonly world: HostWorld;
  /** Everything that the client sends until it closes its side. */
  readonly readStdin: () => Promise<Uint8Array>;
}

export type Tool = (args: readonly string[], context: ToolContext) => CommandResult | Promise<CommandResult>;

/** Success with these lines on stdout. */
export function ok(...lines: readonly string[]): CommandResult {
  return { stdout: linesOf(lines), code: 0 };
}

/** Failure as most of these tools report it: on stdout. */
export function fail(code: number, ...lines: readonly string[]): CommandResult {
  return { stdout: linesOf(lines), code };
}

/** Failure as the shell and busybox report it: on stderr. */
export function complain(code: number, line: string): CommandResult {
  return { stdout: '', stderr: `${line}\n`, code };
}

function linesOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
