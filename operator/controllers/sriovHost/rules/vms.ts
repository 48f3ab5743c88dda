/** Rules: what becomes of running VMs before a restart, as spec.disruption.runningVms allows, and when they get their power back. */
import { stalls } from '../../../api/reasons.ts';
import { asHostReason } from '../status/conditions.ts';
import type { HostStep } from '../steps.ts';
import { isOnItsWay } from '../vmRecords.ts';
import type { ObservedVm } from '../vms.ts';
import type { Blocked, PlanInput } from './input.ts';

type VmStep = Extract<HostStep, { kind: 'ShutDownVm' | 'PowerOffVm' }>;

export interface VmWork {
  /** VMs to shut down now, in a stable order: those first that may refuse, so that the others are not off in vain. */
  readonly steps: readonly VmStep[];
  /** Names of the VMs that DRS moves while the host enters maintenance mode. */
  readonly evacuates: readonly string[];
  readonly blocked: Blocked | undefined;
}

const NOTHING: VmWork = { steps: [], evacuates: [], blocked: undefined };

/** The steps that lead into maintenance mode. */
export function clearHost(input: PlanInput): readonly HostStep[] {
  const { steps, evacuates } = planVms(input);
  const because = 'restart-needs-maintenance';
  return [...steps, { kind: 'EnterMaintenance', because, ...(evacuates.length === 0 ? {} : { evacuates }) }];
}

export function planVms(input: PlanInput): VmWork {
  const { observation, spec } = input;
  const { runningVms } = observation;
  if (spec.disruption.runningVms === 'Block') return NOTHING;
  if (!runningVms.known) return { ...NOTHING, blocked: { ...runningVms.because } };
  if (runningVms.value.length === 0) return NOTHING;
  const { vms } = observation;
  if (vms === undefined) return { ...NOTHING, blocked: evacuationBlocked(['the VMs of this host were not looked at yet']) };
  if (!vms.known) return { ...NOTHING, blocked: { ...vms.because } };
  const { running } = vms.value;
  const listed = new Set(running.map(({ name }) => name));
  const unseen = runningVms.value.map(({ name }) => name).filter((name) => !listed.has(name));
  const why = (name: string): string => `${name} runs on the host and vSphere does not show it there: the account may not see it`;
  if (unseen.length > 0) return { ...NOTHING, blocked: evacuationBlocked(unseen.sort().map(why)) };
  const staying = running.filter(({ stays }) => stays !== undefined);
  const evacuates = running.filter(({ stays }) => stays === undefined).map(({ name }) => name);
  return { ...shutDown(staying, input), evacuates: evacuates.sort() };
}

type Verdict = { readonly step: VmStep } | { readonly wait: string } | { readonly block: string };

function shutDown(staying: readonly ObservedVm[], input: PlanInput): VmWork {
  const ordered = [...staying].sort((a, b) => mayRefuse(b) - mayRefuse(a) || compare(a.name, b.name) || compare(a.moRef, b.moRef));
  const verdicts = ordered.map((vm) => judge(vm, input));
  const blocks = verdicts.flatMap((verdict) => ('block' in verdict ? [verdict.block] : []));
  if (blocks.length > 0) return { ...NOTHING, blocked: evacuationBlocked(blocks.sort()) };
  const steps = verdicts.flatMap((verdict) => ('step' in verdict ? [verdict.step] : []));
  const waits = verdicts.flatMap((verdict) => ('wait' in verdict ? [verdict.wait] : []));
  return { ...NOTHING, steps, blocked: steps.length === 0 && waits.length > 0 ? shuttingDown(waits) : undefined };
}

function mayRefuse({ policy }: ObservedVm): number {
  return policy.powerOff === 'GuestShutdown' ? 1 : 0;
}

function judge(vm: ObservedVm, input: PlanInput): Verdict {
  const { spec, memory } = input;
  const { moRef, name, policy, stays = '', stuck } = vm;
  if (spec.disruption.runningVms === 'Evacuate' || stuck !== undefined) return { block: `${name} ${stays}` };
  const says = policy.attachment === undefined ? 'spec.disruption' : `powerPolicy.powerOff of SriovVmAttachment ${policy.attachment}`;
  if (policy.powerOff === 'Never') return { block: `${name} ${stays}, and ${says} is Never` };
  const powerOff: Verdict = { step: { kind: 'PowerOffVm', because: 'vm-must-be-off', moRef, name } };
  if (policy.powerOff === 'PowerOff') return powerOff;
  const record = memory.poweredOffVms.find((candidate) => candidate.moRef === moRef);
  if (record !== undefined && isOnItsWay(record, input)) return { wait: name };
  const hard = policy.powerOff === 'GuestShutdownThenPowerOff';
  if (record !== undefined)
    return hard ? powerOff : { block: `${name} still runs although its guest was asked to shut down, and ${says} is GuestShutdown` };
  const { timeoutSeconds } = policy;
  if (vm.toolsRunning) return { step: { kind: 'ShutDownVm', because: 'vm-must-be-off', moRef, name, timeoutSeconds } };
  return hard ? powerOff : { block: `${name} ${stays}, VMware Tools do not run in it, and ${says} is GuestShutdown` };
}

function evacuationBlocked(reasons: readonly string[]): Blocked {
  const shown = reasons.slice(0, 10).join('; ');
  const more = reasons.length > 10 ? `; and ${reasons.length - 10} more` : '';
  return {
    reason: 'EvacuationBlocked',
    message: `the host must enter maintenance mode, but ${shown}${more}. Move or shut down what is listed, or allow it`,
  };
}

function shuttingDown(names: readonly string[]): Blocked {
  return { reason: 'ShuttingDownVms', message: `waiting for VM(s) to shut down: ${names.join(', ')}` };
}

export interface Owed {
  readonly steps: readonly HostStep[];
  readonly blocked: Blocked | undefined;
}

/**
 * Power back to the VMs that were shut down: once nothing is left to do, and also when a person has to decide before the host can go on.
 * A passing trouble is no reason: they would be shut down again a moment later.
 */
export function giveBack(
  input: PlanInput,
  { working, blocked }: { readonly working: boolean; readonly blocked: Blocked | undefined },
): Owed {
  const { memory, observation } = input;
  const nothing: Owed = { steps: [], blocked: undefined };
  if (memory.poweredOffVms.length === 0 || !observation.host.known) return nothing;
  if (working && (blocked === undefined || !needsPerson(blocked.reason))) return nothing;
  const names = memory.poweredOffVms.map(({ name }) => name).join(', ');
  if (observation.host.value.maintenanceMode) return memory.maintenanceEnteredByUs ? nothing : { steps: [], blocked: notOurs(names) };
  const { vms } = observation;
  if (vms === undefined || !vms.known) {
    const unseen = { reason: 'RestoringVms', message: `VM(s) wait for their power: ${names}` };
    return { steps: [], blocked: vms === undefined ? unseen : { ...vms.because } };
  }
  const off = memory.poweredOffVms.filter(({ state }) => state === 'PoweredOff').map(({ moRef, name }) => ({ moRef, name }));
  if (off.length > 0) return { steps: [{ kind: 'PowerOnVms', because: 'hand-back', vms: off }], blocked: undefined };
  const going = memory.poweredOffVms.filter((record) => isOnItsWay(record, input)).map(({ name }) => name);
  return working || going.length === 0 ? nothing : { steps: [], blocked: shuttingDown(going) };
}

function needsPerson(reason: string): boolean {
  return ['EvacuationBlocked', 'RunningVmsBlock', 'ApprovalRequired'].includes(reason) || stalls('SriovHost', asHostReason(reason));
}

function notOurs(names: string): Blocked {
  return {
    reason: 'MaintenanceModeNotOurs',
    message: `VM(s) wait for their power: ${names}; somebody else put the host into maintenance mode: end it, and they are powered on`,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
