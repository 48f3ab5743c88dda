/** What has to be done inside the guest so that it manages its subnet. Pure and total; looked at once the device is in and the VM runs. */
import type { SriovVmAttachment } from '../../../api/types.ts';
import { keyOf } from '../../names.ts';
import { nameOf, precedes } from '../accounting.ts';
import type { AttachmentFact } from '../observation.ts';
import { type Block, block } from '../rules/rule.ts';
import type { GuestLook, SubnetManagerLook } from './look.ts';
import { differing, settingsOf } from './opensmConfig.ts';
import { dropIn, isRun, type Run, usesConfig } from './opensmService.ts';
import type { GuestStep, Stop } from './steps.ts';

export interface GuestPlanInput {
  readonly attachment: SriovVmAttachment;
  /** Undefined: the guest was not asked. */
  readonly guest: AttachmentFact<GuestLook> | undefined;
  readonly attachments: readonly SriovVmAttachment[];
  /** Configuration that the operator started OpenSM with before. */
  readonly formerConfigFile: string | undefined;
}

export interface GuestPlan {
  readonly steps: readonly GuestStep[];
  readonly blocked: Block | undefined;
}

const NOTHING: GuestPlan = { steps: [], blocked: undefined };

export function planGuest(input: GuestPlanInput): GuestPlan {
  const { attachment, guest } = input;
  const wanted = attachment.spec.subnetManager;
  if (wanted === undefined || guest === undefined) return NOTHING;
  const rival = earlierManager(attachment, input.attachments);
  if (rival !== undefined) return blockedBy('SubnetManagerConflict', `This VM is made a Subnet Manager by ${rival} already.`);
  if (!guest.known) return { steps: [], blocked: guest.because };
  const { port, ports, subnetManager: look } = guest.value;
  if (port?.guid === undefined || look === undefined) return blockedBy('GuestPortNotFound', noPort(ports));
  if (look.program === undefined) return blockedBy('OpensmNotFound', 'The guest has no opensm in the search path of root.');
  if (!look.knowsVirtualization) {
    return blockedBy(
      'OpensmLacksVirtualization',
      `${look.program} (OpenSM ${look.version ?? 'of an unknown version'}) has no virt_enabled.`,
    );
  }
  const run = { program: look.program, configFile: wanted.configFile, guid: port.guid };
  const conflict = foreignOpensm(look, [wanted.configFile, input.formerConfigFile]);
  if (conflict !== undefined) return blockedBy('SubnetManagerConflict', conflict);
  const steps = stepsFor({ look, run, settings: settingsOf(wanted) });
  return steps.length > 0 ? { steps, blocked: undefined } : { steps, blocked: notYet(look) };
}

function blockedBy(...[reason, message]: Parameters<typeof block>): GuestPlan {
  return { steps: [], blocked: block(reason, message) };
}

function noPort(ports: readonly string[]): string {
  return ports.length === 0
    ? 'The guest has no InfiniBand port.'
    : `Which InfiniBand port of the guest is meant cannot be told: ${ports.join(', ')}.`;
}

/** OpenSM runs as wanted: it has nothing left to do but to be heard. */
function notYet({ master, hasSminfo }: SubnetManagerLook): Block | undefined {
  if (master !== undefined) return undefined;
  if (!hasSminfo)
    return block('GuestProgramFailed', 'The guest has no sminfo (infiniband-diags), so nobody can tell who is master of the subnet.');
  return block('SubnetManagerStarting', 'OpenSM runs in the guest, and sminfo finds no Subnet Manager on its port yet.');
}

/** One OpenSM for each VM: the attachment that came first has it. */
function earlierManager(attachment: SriovVmAttachment, all: readonly SriovVmAttachment[]): string | undefined {
  const moRef = attachment.status?.vm?.moRef;
  const rival = all.find(
    (other) =>
      keyOf(other) !== keyOf(attachment) &&
      other.spec.subnetManager !== undefined &&
      other.metadata.deletionTimestamp === undefined &&
      moRef !== undefined &&
      other.status?.vm?.moRef === moRef &&
      precedes(other, attachment),
  );
  return rival === undefined ? undefined : nameOf(rival, attachment);
}

/** One that neither the unit runs nor the operator has started; stopping it is for whoever did. */
function foreignOpensm(look: SubnetManagerLook, ours: readonly (string | undefined)[]): string | undefined {
  const foreign = look.running.filter((process) => !usesConfig(process, ours));
  const ofUnit = look.unit?.active === true && foreign.length === look.running.length;
  const [first] = foreign;
  return first === undefined || ofUnit
    ? undefined
    : `Process ${first.pid} of the guest is an OpenSM that is not ours: ${first.commandLine.slice(0, 200)}.`;
}

interface Wanted {
  readonly look: SubnetManagerLook;
  readonly run: Run;
  readonly settings: Readonly<Record<string, string>>;
}

function stepsFor({ look, run, settings }: Wanted): readonly GuestStep[] {
  const { config, unit, running } = look;
  const configure = config === undefined || differing(config.content, settings).length > 0;
  const install = unit !== undefined && (unit.dropIn !== dropIn(run) || !unit.enabled || unit.needsReload);
  const asWanted = running.length > 0 && running.every((process) => isRun(process, run)) && (unit === undefined || unit.active);
  if (!configure && !install && asWanted) return [];
  const stop = stopOf(look);
  const because = running.length === 0 ? 'subnetManagerStopped' : configure ? 'configChanged' : 'argumentsDiffer';
  const restart = configure || !asWanted;
  return [
    ...(configure
      ? [
          {
            kind: 'ConfigureSubnetManager',
            because: config === undefined ? 'configMissing' : 'settingsDiffer',
            run,
            settings,
            stop,
          } as const,
        ]
      : []),
    ...(install ? [{ kind: 'InstallSubnetManagerService', because: 'serviceDiffers', unit: unit.name, run } as const] : []),
    ...(restart ? [{ kind: 'StartSubnetManager', because, unit: unit?.name, run, stop: configure ? undefined : stop } as const] : []),
  ];
}

/** A unit of the guest stops what it started; else the processes are ended. */
function stopOf({ unit, running }: SubnetManagerLook): Stop | undefined {
  if (running.length === 0) return undefined;
  return unit?.active === true ? { unit: unit.name } : { pids: running.map(({ pid }) => pid) };
}
