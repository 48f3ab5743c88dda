/** Steps inside the guest as data. Pure. */
import type { Settings } from './opensmConfig.ts';
import { argumentsOf, dropInPath, type Run, type UnitName } from './opensmService.ts';

export type GuestStep =
  | {
      readonly kind: 'ConfigureSubnetManager';
      readonly because: 'configMissing' | 'settingsDiffer';
      readonly run: Run;
      readonly settings: Settings;
      /** An OpenSM that runs is stopped first, so that none goes on with the old configuration whatever happens next. */
      readonly stop: Stop | undefined;
    }
  | { readonly kind: 'InstallSubnetManagerService'; readonly because: 'serviceDiffers'; readonly unit: UnitName; readonly run: Run }
  | {
      readonly kind: 'StartSubnetManager';
      readonly because: 'subnetManagerStopped' | 'configChanged' | 'argumentsDiffer';
      /** Undefined: the guest has no service for it. */
      readonly unit: UnitName | undefined;
      readonly run: Run;
      readonly stop: Stop | undefined;
    };

/** How a running OpenSM is stopped. */
export type Stop = { readonly unit: UnitName } | { readonly pids: readonly number[] };

const KINDS: ReadonlySet<string> = new Set<GuestStep['kind']>([
  'ConfigureSubnetManager',
  'InstallSubnetManagerService',
  'StartSubnetManager',
]);

export function isGuestStep(step: { readonly kind: string }): step is GuestStep {
  return KINDS.has(step.kind);
}

/** The step in words, with its commands. */
export function describeGuestStep(step: GuestStep): string {
  const { program, configFile } = step.run;
  switch (step.kind) {
    case 'ConfigureSubnetManager': {
      const settings = Object.entries(step.settings).map(([key, value]) => `${key} ${value}`);
      const created =
        step.because === 'configMissing'
          ? `create ${configFile} in the guest (${program} --create-config) with`
          : `set in ${configFile} of the guest`;
      const stop = step.stop === undefined ? '' : `; OpenSM is stopped for it${stopCommand(step.stop)}`;
      return `${created} ${settings.join(', ')}${stop}`;
    }
    case 'InstallSubnetManagerService':
      return `write ${dropInPath(step.unit)} in the guest: ${commandOf(step.run)}; systemctl daemon-reload; systemctl enable ${step.unit}`;
    case 'StartSubnetManager':
      return step.unit === undefined
        ? `start OpenSM in the guest: ${commandOf(step.run)} --daemon${step.stop === undefined ? '' : `, after the old one was stopped${stopCommand(step.stop)}`}`
        : `start OpenSM in the guest: systemctl restart ${step.unit}`;
    default:
      return step satisfies never;
  }
}

function stopCommand(stop: Stop): string {
  return 'unit' in stop ? ` (systemctl stop ${stop.unit})` : ` (kill ${stop.pids.join(' ')})`;
}

function commandOf(run: Run): string {
  return [run.program, ...argumentsOf(run)].join(' ');
}
