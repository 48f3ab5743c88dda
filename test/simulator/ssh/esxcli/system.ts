/** `esxcli system`: version, uptime, maintenance mode, shutdown. */
import type { HostWorld } from '../../world/hostWorld.ts';
import type { EsxcliCommand, OptionSpec } from './command.ts';
import { failure, nothing, scalar, structure } from './output.ts';

const SHUTDOWN_OPTIONS: readonly OptionSpec[] = [
  { short: 'r', long: 'reason', kind: 'value', required: true },
  { short: 'd', long: 'delay', kind: 'value' },
];

/** Real time between the answer and the start of the shutdown; the real delay is ten seconds. */
const SHUTDOWN_DELAY_MS = 5;

export const systemCommands: readonly EsxcliCommand[] = [
  {
    path: 'system version get',
    run: (world) =>
      structure('VersionGet', {
        Product: 'VMware ESXi',
        Version: world.version,
        Build: `Releasebuild-${world.build}`,
        Update: String(world.profile.esxi.update),
        Patch: String(world.profile.esxi.patch),
      }),
  },
  { path: 'system stats uptime get', run: (world) => scalar(Math.round(world.uptimeMs * 1000)) },
  { path: 'system uuid get', run: (world) => scalar(world.systemUuid) },
  {
    path: 'system hostname get',
    run: (world) =>
      structure('FullyQualifiedHostName', {
        'Domain Name': 'example.com',
        'Fully Qualified Domain Name': `${world.name}.example.com`,
        'Host Name': world.name,
      }),
  },
  {
    path: 'system settings encryption get',
    run: (world) =>
      // Releases before 7.0 do not know it.
      Number.parseInt(world.version, 10) < 7
        ? failure('Error: Unknown command or namespace system settings encryption get')
        : structure('SystemSettingsEncryptionGet', {
            Mode: world.encryptionMode === 'TPM' ? 'TPM' : 'NONE',
            'Require Executables Only From Installed VIBs': false,
            'Require Secure Boot': world.encryptionMode === 'TPM',
          }),
  },
  { path: 'system maintenanceMode get', run: (world) => scalar(world.maintenanceMode ? 'Enabled' : 'Disabled') },
  {
    path: 'system maintenanceMode set',
    options: [
      { short: 'e', long: 'enable', kind: 'boolean', required: true },
      { short: 't', long: 'timeout', kind: 'value' },
      { short: 'm', long: 'vsanmode', kind: 'value' },
    ],
    run: async (world, options) => {
      const enable = options.isSet('enable');
      if (enable === world.maintenanceMode) {
        // Both refusals exist; their texts are not known: ours.
        return failure(`Maintenance mode is already ${enable ? 'enabled' : 'disabled'}.`);
      }
      if (!enable) {
        world.exitMaintenanceMode();
        return nothing;
      }
      // The text of a timeout is not known: ours.
      return (await world.enterMaintenanceMode(Number(options.value('timeout') ?? 0)))
        ? nothing
        : failure('Timed out waiting for the host to enter maintenance mode.');
    },
  },
  { path: 'system shutdown reboot', options: SHUTDOWN_OPTIONS, run: (world) => shutDown(world, () => world.reboot()) },
  { path: 'system shutdown poweroff', options: SHUTDOWN_OPTIONS, run: (world) => shutDown(world, () => world.shutDown()) },
];

function shutDown(world: HostWorld, action: () => void) {
  if (!world.maintenanceMode) {
    // Refused in fact; the text is not known: ours.
    return failure('The host must be in maintenance mode.');
  }
  world.clock.schedule(SHUTDOWN_DELAY_MS, action);
  return nothing;
}
