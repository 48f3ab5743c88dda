/** Burning an image to an adapter, and seeing a burn that goes on without whoever began it. */
import type { UnfinishedBurn } from '../ports/esxiHost.ts';
import type { Exec } from './exec.ts';
import { COMMAND_TIMEOUTS } from './timeouts.ts';
import { burnFailure, burnLogCommand, burnStateCommand, flintBurnCommand, notBegun, parseUnfinishedBurn } from './tools/flintBurn.ts';

export interface Burn {
  readonly device: string;
  readonly path: string;
  /** Of the host, right before. */
  readonly uptimeMicroseconds: number;
}

/** Rejects with flint's own words, which are in its log; with `burnNotBegun` in `detail` where the host could not note the beginning. */
export async function burn(exec: Exec, { device, path, uptimeMicroseconds }: Burn, signal: AbortSignal): Promise<void> {
  const timeoutMs = COMMAND_TIMEOUTS.burnFirmware;
  const result = await exec(flintBurnCommand(device, path, uptimeMicroseconds), { timeoutMs }, signal);
  if (result.exitCode === 0) return;
  const refused = notBegun(result);
  if (refused !== undefined) throw refused;
  const { stdout } = await exec(burnLogCommand(), {}, signal);
  throw burnFailure(device, path, { ...result, stdout });
}

/** A file that is not there, or that no burn of ours wrote, tells of no burn. */
export async function unfinishedBurn(exec: Exec, signal: AbortSignal): Promise<UnfinishedBurn | undefined> {
  const { exitCode, stdout } = await exec(burnStateCommand(), {}, signal);
  return exitCode === 0 ? parseUnfinishedBurn(stdout) : undefined;
}
