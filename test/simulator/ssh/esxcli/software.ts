/** `esxcli software`: VIBs that run, VIBs that are staged, install and remove. */

import type { SimVib } from '../../world/hostOptions.ts';
import { type VibChange, type VibResult, vibId } from '../../world/hostSoftware.ts';
import type { HostWorld } from '../../world/hostWorld.ts';
import { decodePayload } from '../../world/payload.ts';
import type { EsxcliCommand, OptionSpec, Options } from './command.ts';
import { type EsxcliOutput, failure, list, scalar, structure, type Value } from './output.ts';

const INSTALL_OPTIONS: readonly OptionSpec[] = [
  { short: 'v', long: 'viburl', kind: 'value' },
  { short: 'd', long: 'depot', kind: 'value' },
  { short: 'n', long: 'vibname', kind: 'value' },
  { short: 'f', long: 'force', kind: 'flag' },
  { long: 'no-sig-check', kind: 'flag' },
  { long: 'no-live-install', kind: 'flag' },
  { long: 'maintenance-mode', kind: 'flag' },
  { long: 'dry-run', kind: 'flag' },
];

export const softwareCommands: readonly EsxcliCommand[] = [
  {
    path: 'software vib list',
    options: [{ long: 'rebooting-image', kind: 'flag' }],
    run: (world, options) => listVibs(world, options.isSet('rebooting-image') ? (world.software.staged ?? []) : world.software.running),
  },
  {
    path: 'software sources vib list',
    options: [
      { short: 'v', long: 'viburl', kind: 'value' },
      { short: 'd', long: 'depot', kind: 'value' },
    ],
    run: (world, options) => listOffered(world, options),
  },
  { path: 'software vib install', options: INSTALL_OPTIONS, run: (world, options) => install(world, options) },
  {
    path: 'software vib remove',
    options: [{ short: 'n', long: 'vibname', kind: 'value', required: true }],
    run: (world, options) => report(world, world.software.remove(options.value('vibname') ?? ''), 'Removal Result'),
  },
  { path: 'software acceptance get', run: () => scalar('PartnerSupported') },
];

function listVibs(world: HostWorld, vibs: readonly SimVib[]): EsxcliOutput {
  const platforms = isVersion8(world);
  return list(
    'VIBExt',
    ['Name', 'Version', 'Vendor', 'Acceptance Level', 'Install Date', ...(platforms ? ['Platforms'] : [])],
    vibs.map((vib) => ({
      Name: vib.name,
      Version: vib.version,
      Vendor: vib.vendor,
      'Acceptance Level': vib.acceptanceLevel,
      'Install Date': '2025-01-15',
      ...(platforms ? { Platforms: 'host' } : {}),
    })),
  );
}

/** No capture of its columns was found: they are those of `vib list`. */
function listOffered(world: HostWorld, options: Options): EsxcliOutput {
  const location = options.value('viburl') ?? options.value('depot') ?? '';
  const content = world.files.read(location);
  const payload = content === undefined ? undefined : decodePayload(content);
  if (payload === undefined || !('vibs' in payload)) {
    return failure(' [MetadataDownloadError]', ` ('${location}', '', '[Errno 2] No such file or directory')`);
  }
  return listVibs(world, payload.vibs);
}

function install(world: HostWorld, options: Options): EsxcliOutput {
  const vib = options.value('viburl');
  const depot = options.value('depot');
  const location = vib ?? depot;
  if (location === undefined || (vib !== undefined && depot !== undefined)) {
    return failure('Error: Must specify one of --viburl or --depot.');
  }
  const source = { kind: vib === undefined ? ('depot' as const) : ('vib' as const), location };
  if (options.isSet('dry-run')) {
    return structure(
      'InstallationResult',
      { Message: 'Dryrun only, host not changed. The following installers will be applied: [BootBankInstaller]' },
      'Installation Result',
    );
  }
  return report(world, world.software.install(source, world.files, world.misbehaviours), 'Installation Result');
}

function report(world: HostWorld, result: VibResult, title: string): EsxcliOutput {
  if (!result.ok) {
    return failure(` [${result.error}]`, ...result.lines.map((line) => ` ${line}`), ' Please refer to the log file for more details.');
  }
  const { change } = result;
  if (change.installed.length + change.removed.length > 0) {
    world.counters.vibInstalls += 1;
  }
  return structure('InstallationResult', isVersion8(world) ? newOrder(change) : oldOrder(change), title);
}

function oldOrder(change: VibChange): Readonly<Record<string, Value>> {
  const { message, ids, reboot } = parts(change);
  return { Message: message, 'Reboot Required': reboot, ...ids };
}

function newOrder(change: VibChange): Readonly<Record<string, Value>> {
  const { message, ids, reboot } = parts(change);
  return { Message: message, ...ids, 'Reboot Required': reboot, 'DPU Results': '' };
}

function parts(change: VibChange) {
  const reboot = change.rebootRequired;
  const message = reboot
    ? 'The update completed successfully, but the system needs to be rebooted for the changes to be effective.'
    : 'Host is not changed.';
  const ids = {
    'VIBs Installed': change.installed.map(vibId),
    'VIBs Removed': change.removed.map(vibId),
    'VIBs Skipped': change.skipped.map(vibId),
  };
  return { message, ids, reboot };
}

function isVersion8(world: HostWorld): boolean {
  return Number.parseInt(world.version, 10) >= 8;
}
