/** `esxcli system settings encryption get`: whether a TPM seals the host's configuration (KB 316424). */
import type { EncryptionMode } from '../../ports/esxiHost.ts';
import type { ExecResult } from '../exec.ts';
import { notUnderstood, requireSuccess } from '../outcome.ts';
import { shellCommand } from '../quote.ts';
import { labelled } from '../text.ts';

export function encryptionModeCommand(): string {
  return shellCommand('esxcli', 'system', 'settings', 'encryption', 'get');
}

/**
 * `Mode: TPM`, or `None` in any case. A release whose esxcli does not have the command does not encrypt. Any other word blocks: a
 * host that is sealed by something unknown may not come back from a change of its BIOS (KB 312109).
 */
export function readEncryptionMode(command: string, result: ExecResult): EncryptionMode {
  if (result.exitCode !== 0 && /unknown command or namespace/i.test(`${result.stdout}\n${result.stderr}`)) return 'None';
  const stdout = requireSuccess(command, result);
  const mode = labelled(stdout, 'Mode')?.toLowerCase();
  if (mode === 'tpm') return 'TPM';
  if (mode === 'none') return 'None';
  throw notUnderstood('what seals the configuration of the host', stdout);
}
