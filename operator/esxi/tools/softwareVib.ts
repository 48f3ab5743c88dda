/** `esxcli software vib list` and `install`. */
import type { Vib, VibInstallResult, VibSource } from '../../ports/esxiHost.ts';
import { notUnderstood } from '../outcome.ts';
import { operand, printable, refused, shellCommand } from '../quote.ts';
import { linesOf } from '../text.ts';
import { type EsxcliStructure, field, listField, parseStructures, requiredField } from './esxcliXml.ts';

/** The image that runs now. */
export function vibListCommand(): string {
  return shellCommand('esxcli', '--formatter=xml', 'software', 'vib', 'list');
}

/** The image that the next restart activates; empty when none is staged (help text of `--rebooting-image`). */
export function stagedVibListCommand(): string {
  return shellCommand('esxcli', '--formatter=xml', 'software', 'vib', 'list', '--rebooting-image');
}

export function parseVibList(stdout: string): readonly Vib[] {
  return parseStructures(stdout, 'the list of VIBs').map((vib) => ({
    name: requiredField(vib, 'a VIB', 'Name'),
    version: requiredField(vib, 'a VIB', 'Version'),
    vendor: field(vib, 'Vendor') ?? '',
    acceptanceLevel: field(vib, 'AcceptanceLevel') ?? '',
  }));
}

/** An image without a single VIB runs on no host: the tool could not read its database, and nothing is known to be missing. */
export function parseRunningVibs(stdout: string): readonly Vib[] {
  const vibs = parseVibList(stdout);
  if (vibs.length === 0) throw notUnderstood('the VIBs of the image that runs, of which there are some on every host', stdout);
  return vibs;
}

/** Nothing at all is a valid answer: no image is staged. */
export function parseStagedVibs(stdout: string): readonly Vib[] {
  return stdout.trim() === '' ? [] : parseVibList(stdout);
}

/**
 * `-v` one VIB, `-d` an offline bundle; both need an absolute path or a URL (a relative path is looked up under
 * /var/log/vmware). `install`, since `update` never adds a VIB that is not there yet.
 */
export function vibInstallCommand(source: VibSource): string {
  if (!/^(?:\/|https?:\/\/)/.test(source.location)) {
    throw refused(`${printable(source.location)} is neither an absolute path on the host nor an http(s) URL of a ${source.kind}`);
  }
  return shellCommand('esxcli', 'software', 'vib', 'install', source.kind === 'vib' ? '-v' : '-d', operand(source.location));
}

const LABELS = ['Message', 'Reboot Required', 'VIBs Installed', 'VIBs Removed', 'VIBs Skipped', 'DPU Results'] as const;
type Label = (typeof LABELS)[number];

/** By label, never by order: 7.x prints `Reboot Required` second, 8.x after the lists. Long lists may be wrapped. */
export function parseVibInstall(stdout: string): VibInstallResult {
  const values = stdout.trimStart().startsWith('<?xml') ? xmlResult(stdout) : textResult(stdout);
  const rebootRequired = values.get('Reboot Required')?.toLowerCase();
  const message = values.get('Message');
  if (message === undefined || (rebootRequired !== 'true' && rebootRequired !== 'false')) {
    throw notUnderstood('Message and Reboot Required of the VIB installation', stdout);
  }
  return {
    message,
    rebootRequired: rebootRequired === 'true',
    installed: idsOf(values.get('VIBs Installed')),
    removed: idsOf(values.get('VIBs Removed')),
    skipped: idsOf(values.get('VIBs Skipped')),
  };
}

function textResult(stdout: string): ReadonlyMap<Label, string> {
  const values = new Map<Label, string>();
  let current: Label | undefined;
  for (const line of linesOf(stdout).map((text) => text.trim())) {
    const label = LABELS.find((candidate) => line.startsWith(`${candidate}:`));
    if (label !== undefined) {
      values.set(label, line.slice(label.length + 1).trim());
      current = label;
    } else if (current !== undefined) {
      values.set(current, `${values.get(current) ?? ''} ${line}`.trim());
    }
  }
  return values;
}

function xmlResult(stdout: string): ReadonlyMap<Label, string> {
  const structure: EsxcliStructure = parseStructures(stdout, 'the result of the VIB installation')[0] ?? new Map();
  const values = new Map<Label, string>();
  for (const label of LABELS) {
    const name = label.replaceAll(' ', '');
    if (structure.has(name)) values.set(label, field(structure, name) ?? listField(structure, name).join(', '));
  }
  return values;
}

function idsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter((id) => id !== '');
}
