/** `flint q` of a device and of an image file: versions and PSID; `flint verify` of an image file. */
import { PortError } from '../../ports/errors.ts';
import type { FirmwareImage, FirmwareVersions } from '../../ports/esxiHost.ts';
import type { ExecResult } from '../exec.ts';
import { failureOf, notUnderstood } from '../outcome.ts';
import { operand, shellCommand } from '../quote.ts';
import { labelled, macAddressOf } from '../text.ts';

export function flintDeviceQueryCommand(device: string): string {
  return shellCommand('/opt/mellanox/bin/flint', '-d', operand(device), 'q');
}

export function flintImageQueryCommand(path: string): string {
  return shellCommand('/opt/mellanox/bin/flint', '-i', operand(path), 'q');
}

/** Checks the sections of an image against their own checksums (MFT manual, flint, verify). Only the exit code counts: the texts differ by image type. */
export function flintImageVerifyCommand(path: string): string {
  return shellCommand('/opt/mellanox/bin/flint', '-i', operand(path), 'verify');
}

export function requireVerified(path: string, result: ExecResult): void {
  if (result.exitCode === 0) return;
  const cause = failureOf(flintImageVerifyCommand(path), result);
  throw new PortError(cause.code, `the image ${path} is not verified, so it is not burned: ${cause.message}`, {
    cause,
    detail: cause.detail,
  });
}

/** `FW Version(Running)` is printed only while a burned image waits for a restart. */
export function parseFirmwareVersions(stdout: string): FirmwareVersions {
  const { version, psid } = parseFirmwareImage(stdout);
  const running = labelled(stdout, 'FW Version(Running)');
  if (running !== undefined && !isVersion(running)) throw notUnderstood('the running firmware version', stdout);
  return {
    flashed: version,
    running: running ?? version,
    psid,
    baseMac: macAddressOf(firstWord(labelled(stdout, 'Base MAC'))),
    baseGuid: guidOf(firstWord(labelled(stdout, 'Base GUID'))),
  };
}

export function parseFirmwareImage(stdout: string): FirmwareImage {
  const version = labelled(stdout, 'FW Version');
  const psid = firstWord(labelled(stdout, 'PSID'));
  if (version === undefined || psid === undefined || !isVersion(version)) throw notUnderstood('firmware version and PSID', stdout);
  return { version, psid };
}

function isVersion(text: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(text);
}

/** `b8599f0300aabbcc        4` -> `b8599f0300aabbcc`. */
function firstWord(text: string | undefined): string | undefined {
  const word = text?.split(/\s+/)[0];
  return word === '' ? undefined : word;
}

function guidOf(text: string | undefined): string | undefined {
  const digits = text?.replaceAll(':', '').toLowerCase() ?? '';
  return /^(?!0+$)[0-9a-f]{16}$/.test(digits) ? digits : undefined;
}
