/** Steps that go through the BMC: staging BIOS attributes, and cutting the power of a host that does not shut down. */
import type { Bmc } from '../../../ports/bmc.ts';
import { isPortError, PortError } from '../../../ports/errors.ts';
import { sameBiosValue, typedLike } from '../biosAttributes.ts';
import type { HostMemory } from '../memory.ts';
import type { HostStep } from '../steps.ts';
import { type ActContext, StepRefused } from './context.ts';

type Step<K extends HostStep['kind']> = Extract<HostStep, { kind: K }>;

export async function stageBiosAttributes(step: Step<'StageBiosAttributes'>, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const { signal } = context;
  const bmc = openBmc(context);
  const current = (await bmc.biosAttributes(signal)) ?? {};
  const wanted: Record<string, string | number | boolean> = {};
  for (const [name, { from, to }] of Object.entries(step.values)) {
    const has = current[name];
    const value = has === undefined ? undefined : typedLike(has, to);
    if (value === undefined || String(has) !== from) {
      throw new StepRefused('BmcRequestFailed', `the BIOS attribute ${name} is ${String(has)}, no longer ${from}; looking again`);
    }
    wanted[name] = value;
  }
  await stage(bmc, wanted, signal);
  const staged = (await bmc.pendingBiosAttributes(signal)) ?? {};
  const lost = Object.entries(step.values).filter(([name, { to }]) => !sameBiosValue(to, staged[name]));
  if (lost.length === 0) return memory;
  const text = lost.map(([name, { to }]) => `${name}=${to}`).join(', ');
  throw new StepRefused('BmcRequestFailed', `the BMC took BIOS attributes without an error but does not show as pending: ${text}`);
}

/** 400 is the BMC's word on the values themselves (DSP0266): sending them again cannot help. */
async function stage(bmc: Bmc, wanted: Readonly<Record<string, string | number | boolean>>, signal: AbortSignal): Promise<void> {
  try {
    await bmc.stageBiosAttributes(wanted, signal);
  } catch (error) {
    if (!isPortError(error, 'BmcRequestFailed') || error.detail['status'] !== 400) throw error;
    const text = Object.entries(wanted)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(', ');
    throw new StepRefused('BiosAttributeRefused', `${text}: ${error.message}; correct spec.bmc.biosAttributes`);
  }
}

/** Cuts the power. The power state is read again just before, and the intent is persisted; a host that is off by now is left alone. */
export async function forceOff(context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const { ports, signal } = context;
  const last = memory.lastRestart;
  const bmc = openBmc(context);
  if (last === undefined || last.kind !== 'ColdCycle' || last.powerOnTime !== undefined) return memory;
  const { powerState } = await bmc.system(signal);
  if (powerState !== 'On' && powerState !== 'PoweringOff') return memory;
  const record = { ...last, forceOffs: (last.forceOffs ?? 0) + 1, forceOffTime: ports.now().toISOString() };
  const noted = { ...memory, lastRestart: record };
  await ports.persist(noted);
  await bmc.forceOff(signal);
  return noted;
}

/** The open BMC; a plan has no step that needs it while it cannot be reached. */
export function openBmc({ ports }: ActContext): Bmc {
  if (ports.bmc === undefined) throw new PortError('BmcUnreachable', 'spec.bmc is no longer set');
  if (!ports.bmc.known) throw new StepRefused(ports.bmc.because.reason, ports.bmc.because.message);
  return ports.bmc.value;
}
