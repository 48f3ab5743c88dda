/** Steps as data: what can be done to a host, each with the rule that asks for it. Pure. */
import type { PlanStep } from '../../api/types.ts';
import type { VibSource } from '../../ports/esxiHost.ts';
import { shownLocation } from './shownLocation.ts';

export interface Change {
  readonly from: string;
  readonly to: string;
}

export type HostStep =
  | { readonly kind: 'StartMst'; readonly because: string }
  | {
      readonly kind: 'EnterMaintenance';
      readonly because: string;
      /** Names of running VMs that DRS moves to other hosts. */
      readonly evacuates?: readonly string[];
    }
  | {
      readonly kind: 'ShutDownVm';
      readonly because: string;
      readonly moRef: string;
      readonly name: string;
      readonly timeoutSeconds: number;
    }
  | { readonly kind: 'PowerOffVm'; readonly because: string; readonly moRef: string; readonly name: string }
  | { readonly kind: 'PowerOnVms'; readonly because: string; readonly vms: readonly { readonly moRef: string; readonly name: string }[] }
  | {
      readonly kind: 'InstallVib';
      readonly because: string;
      readonly name: string;
      readonly source: VibSource;
      readonly sha256: string | undefined;
      readonly change: Change;
    }
  | {
      readonly kind: 'StageFirmwareImage';
      readonly because: string;
      readonly adapter: string;
      readonly url: string;
      readonly path: string;
      readonly sha256: string;
    }
  | { readonly kind: 'RemoveFirmwareImage'; readonly because: string; readonly adapter: string; readonly path: string }
  | {
      readonly kind: 'BurnFirmware';
      readonly because: string;
      readonly adapter: string;
      readonly device: string;
      readonly path: string;
      readonly sha256: string;
      readonly psid: string;
      readonly change: Change;
    }
  | {
      readonly kind: 'SetFirmwareParameters';
      readonly because: string;
      readonly adapter: string;
      readonly device: string;
      readonly values: Readonly<Record<string, Change>>;
      /** False where the firmware cannot tell its current values: then only our memory knows that a restart is due. */
      readonly confirmable: boolean;
    }
  | {
      readonly kind: 'SetDriverOptions';
      readonly because: string;
      readonly module: string;
      readonly change: Change;
      /** PCI addresses that the entries of max_vfs are for, in order. */
      readonly functions: readonly string[];
      /** MAC addresses of the same functions, empty where unknown. */
      readonly macAddresses: readonly string[];
    }
  | {
      readonly kind: 'SetPassthrough';
      /** The rule, and the attachment that asks for it. */
      readonly because: string;
      readonly adapter: string;
      readonly port: number;
      readonly address: string;
      /** Of the port while it still has an uplink. */
      readonly macAddress: string | undefined;
      readonly vmnic: string | undefined;
      /** True: VMs get it as a whole; false: back to the driver. */
      readonly enabled: boolean;
    }
  | { readonly kind: 'StageBiosAttributes'; readonly because: string; readonly values: Readonly<Record<string, Change>> }
  | { readonly kind: 'WarmReboot'; readonly because: string; readonly pending: readonly string[] }
  | { readonly kind: 'ColdCycle'; readonly because: string; readonly pending: readonly string[] }
  | { readonly kind: 'RepeatRestartCommand'; readonly because: string; readonly restart: 'WarmReboot' | 'ColdCycle' }
  | { readonly kind: 'ForceOff'; readonly because: string }
  | { readonly kind: 'PowerOn'; readonly because: string }
  | { readonly kind: 'ExitMaintenance'; readonly because: string };

export type StepKind = HostStep['kind'];

/** A step that will be decided once an earlier one shows the facts. */
export interface ExpectedStep {
  readonly kind: StepKind;
  readonly subject: string;
  readonly description: string;
  readonly because: string;
}

const DISRUPTION: Readonly<Record<StepKind, PlanStep['disruption']>> = {
  StartMst: 'None',
  EnterMaintenance: 'Maintenance',
  ShutDownVm: 'VmPowerOff',
  PowerOffVm: 'VmPowerOff',
  PowerOnVms: 'None',
  InstallVib: 'None',
  StageFirmwareImage: 'None',
  RemoveFirmwareImage: 'None',
  BurnFirmware: 'None',
  SetFirmwareParameters: 'None',
  SetDriverOptions: 'None',
  SetPassthrough: 'None',
  StageBiosAttributes: 'None',
  WarmReboot: 'Restart',
  ColdCycle: 'Restart',
  RepeatRestartCommand: 'Restart',
  ForceOff: 'Restart',
  PowerOn: 'None',
  ExitMaintenance: 'None',
};

/** What the step acts on, for status, journal and events. */
export function subjectOf(step: HostStep): string {
  switch (step.kind) {
    case 'InstallVib':
      return step.name;
    case 'ShutDownVm':
    case 'PowerOffVm':
      return `${step.name} (${step.moRef})`;
    case 'StageFirmwareImage':
    case 'RemoveFirmwareImage':
    case 'BurnFirmware':
    case 'SetFirmwareParameters':
      return step.adapter;
    case 'SetDriverOptions':
      return step.module;
    case 'SetPassthrough':
      return `${step.adapter} port ${step.port}`;
    case 'StageBiosAttributes':
      return 'bios';
    default:
      return 'host';
  }
}

/** The step in words, with values before and after. */
export function describe(step: HostStep): string {
  switch (step.kind) {
    case 'StartMst':
      return 'load the mst kernel module, which a restart always unloads (mst start)';
    case 'EnterMaintenance':
      return `enter maintenance mode${step.evacuates === undefined ? '' : `; DRS moves ${step.evacuates.join(', ')} to other hosts`}`;
    case 'ShutDownVm':
      return `shut down VM ${step.name} through VMware Tools (at most ${step.timeoutSeconds} s)`;
    case 'PowerOffVm':
      return `power off VM ${step.name}`;
    case 'PowerOnVms':
      return `power on the VM(s) that were shut down: ${step.vms.map(({ name }) => name).join(', ')}`;
    case 'InstallVib':
      return `install VIB ${step.name} ${step.change.from} -> at least ${step.change.to} from ${shownLocation(step.source.location)}`;
    case 'StageFirmwareImage':
      return `download ${shownLocation(step.url)} and copy it to ${step.path}`;
    case 'RemoveFirmwareImage':
      return `remove ${step.path}: the firmware runs`;
    case 'BurnFirmware':
      return `burn firmware ${step.change.from} -> ${step.change.to} (PSID ${step.psid}) from ${step.path}`;
    case 'SetFirmwareParameters':
      return `set ${changes(step.values)}`;
    case 'SetDriverOptions':
      return `set the options of ${step.module}: '${step.change.from}' -> '${step.change.to}'`;
    case 'SetPassthrough': {
      const what = `port ${step.port} of adapter ${step.adapter} (${step.address})`;
      return step.enabled ? `give ${what} to VMs as a whole (passthrough)` : `give ${what} back to the driver (no passthrough any more)`;
    }
    case 'StageBiosAttributes':
      return `stage BIOS attributes ${changes(step.values)}`;
    case 'WarmReboot':
      return `reboot, which brings into effect: ${step.pending.join(', ')}`;
    case 'ColdCycle':
      return `shut down, power off and power on, which brings into effect: ${step.pending.join(', ')}`;
    case 'RepeatRestartCommand':
      return 'send the restart command again: the first had no visible effect';
    case 'ForceOff':
      return 'cut the power through the BMC: the clean shutdown did not end';
    case 'PowerOn':
      return 'power the host on through its BMC';
    case 'ExitMaintenance':
      return 'leave maintenance mode';
    default:
      return step satisfies never;
  }
}

function changes(values: Readonly<Record<string, Change>>): string {
  return Object.entries(values)
    .map(([name, change]) => `${name} ${change.from} -> ${change.to}`)
    .join(', ');
}

export function toPlanStep(step: HostStep): PlanStep {
  return {
    kind: step.kind,
    subject: subjectOf(step),
    description: describe(step).slice(0, 2048),
    because: step.because,
    disruption: DISRUPTION[step.kind],
  };
}

export function expectedToPlanStep(step: ExpectedStep): PlanStep {
  return { ...step, disruption: DISRUPTION[step.kind], expected: true };
}

/** True for a step that changes what the next start of the host will be, and for the restart itself: only these need permission. */
export function needsPermission(step: HostStep): boolean {
  return !['StartMst', 'ExitMaintenance', 'PowerOn', 'PowerOnVms', 'RemoveFirmwareImage'].includes(step.kind);
}
