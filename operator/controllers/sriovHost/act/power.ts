/** Steps around a restart: reboot, power cycle. The intent is persisted before the command goes out. */
import type { RestartRecord } from '../../../api/types.ts';
import type { HostMemory } from '../memory.ts';
import type { HostStep } from '../steps.ts';
import { type ActContext, StepRefused, shell } from './context.ts';

type Step<K extends HostStep['kind']> = Extract<HostStep, { kind: K }>;

export async function restart(step: Step<'WarmReboot'> | Step<'ColdCycle'>, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  await refuseRunningVms(context);
  if (!(await host.maintenanceMode(context.signal))) {
    throw new StepRefused(
      'EnteringMaintenance',
      'the host is no longer in maintenance mode; it will be put into it again before the restart',
    );
  }
  if (step.kind === 'ColdCycle') await host.saveConfiguration(context.signal);
  const uptimeMicroseconds = await host.uptimeMicroseconds(context.signal);
  const record: RestartRecord = {
    kind: step.kind,
    requestedTime: context.ports.now().toISOString(),
    generation: context.generation,
    bootTimeBefore: (context.bootTime ?? context.ports.now()).toISOString(),
    uptimeBeforeSeconds: Math.floor(uptimeMicroseconds / 1_000_000),
    pending: step.pending,
    sends: 1,
    state: 'Requested',
  };
  const noted: HostMemory = {
    ...memory,
    restartCount: memory.restartCount + 1,
    restartTotal: memory.restartTotal + 1,
    lastRestart: record,
    approval: memory.approval === undefined ? undefined : { ...memory.approval, used: memory.approval.used + 1 },
  };
  await context.ports.persist(noted);
  await send(step.kind, context);
  return noted;
}

export async function repeatRestart(step: Step<'RepeatRestartCommand'>, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const last = memory.lastRestart;
  if (last === undefined) return memory;
  await refuseRunningVms(context);
  const noted: HostMemory = { ...memory, lastRestart: { ...last, sends: last.sends + 1 } };
  await context.ports.persist(noted);
  await send(step.restart, context);
  return noted;
}

export async function powerOn(context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const { bmc } = context.ports;
  if (bmc === undefined)
    throw new StepRefused('ManualPowerCycleRequired', 'the host is off and spec.bmc is no longer set; switch it on by hand');
  if (!bmc.known) throw new StepRefused(bmc.because.reason, bmc.because.message);
  // Power is off: the shutdown is over, and whatever happens from now on it is not cut again.
  const last = memory.lastRestart;
  const first = last !== undefined && last.powerOnTime === undefined;
  const noted = first ? { ...memory, lastRestart: { ...last, powerOnTime: context.ports.now().toISOString() } } : memory;
  if (first) await context.ports.persist(noted);
  await bmc.value.powerOn(context.signal);
  const record = noted.lastRestart;
  return record === undefined ? noted : { ...noted, lastRestart: { ...record, powerOnSentTime: context.ports.now().toISOString() } };
}

async function send(kind: RestartRecord['kind'], context: ActContext): Promise<void> {
  const host = shell(context);
  const reason = `esxi-sriov-operator: ${kind === 'ColdCycle' ? 'power cycle' : 'reboot'}`;
  try {
    if (kind === 'ColdCycle') await host.powerOff(reason, context.signal);
    else await host.reboot(reason, context.signal);
  } finally {
    context.ports.forgetConnection();
  }
}

/** The one fact that a restart rests on, read again just before it. */
export async function refuseRunningVms(context: ActContext, expected: readonly string[] = []): Promise<void> {
  const running = (await shell(context).runningVms(context.signal)).map(({ name }) => name).sort();
  const names = running.filter((name) => !expected.includes(name));
  if (names.length === 0) return;
  throw new StepRefused(
    'RunningVmsBlock',
    `VM(s) were started on this host meanwhile: ${names.join(', ')}; move or shut them down and the operator goes on by itself`,
  );
}
