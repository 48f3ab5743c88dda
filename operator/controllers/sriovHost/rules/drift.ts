/** What changed on a host that was Ready under the same spec: layer, declared value, value found. Pure. */
import { findCondition, rfc3339 } from '../../../api/conditions.ts';
import type { SriovHost } from '../../../api/types.ts';
import type { HostMemory } from '../memory.ts';
import type { HostObservation } from '../observation.ts';
import type { HostStep } from '../steps.ts';
import { wasLost } from './passthroughRecord.ts';

export interface DriftInput {
  readonly host: SriovHost;
  readonly plan: {
    readonly steps: readonly HostStep[];
    readonly pending: readonly string[];
    readonly converged: boolean;
    readonly waiting: unknown;
  };
  readonly observation: HostObservation;
  readonly restoring: boolean;
  readonly now: Date;
}

/** Remembered from the first look that shows it until the host is as declared again. */
export function noteDrift(memory: HostMemory, { host, plan, observation, restoring, now }: DriftInput): HostMemory {
  if (plan.converged || restoring) return memory.drift === undefined ? memory : { ...memory, drift: undefined };
  const { status, metadata } = host;
  const wasReady = findCondition(status?.conditions, 'Ready')?.status === 'True' && status?.observedGeneration === metadata.generation;
  const known = memory.drift;
  if (plan.waiting !== undefined || (known === undefined ? !wasReady : restartedSince(memory, known.detectedTime))) return memory;
  // What somebody asks for now is no drift, nor is what the driver options have to follow it by.
  const asked = plan.pending.some((item) => item.startsWith('passthrough/') && !wasLost(item, memory));
  const steps = plan.steps.filter(({ kind }) => !(asked && (kind === 'SetDriverOptions' || kind === 'SetPassthrough')));
  const pending = plan.pending.filter((item) => !item.startsWith('passthrough/') || wasLost(item, memory));
  const fields = driftFields(steps, pending, observation);
  // After a restart by somebody else the firmware tools come later than the rest, and show more.
  const fresh = fields.filter((field) => !known?.fields.some((other) => subjectOf(other) === subjectOf(field)));
  if (fresh.length === 0) return memory;
  const all = [...(known?.fields ?? []), ...fresh].slice(0, MOST_FIELDS);
  return { ...memory, drift: { detectedTime: known?.detectedTime ?? rfc3339(now), fields: all } };
}

/** From then on what is still to come is our repair, not drift. */
function restartedSince({ lastRestart }: HostMemory, time: string): boolean {
  return lastRestart !== undefined && new Date(lastRestart.requestedTime) >= new Date(time);
}

/** The field without its values. */
function subjectOf(field: string): string {
  return field.split(' -> ')[0]?.replace(/(?: '[^']*'| \S+)$/, '') ?? field;
}

const MOST_FIELDS = 64;

function driftFields(steps: readonly HostStep[], pending: readonly string[], observation: HostObservation): readonly string[] {
  const written = steps.flatMap(fieldsOfStep);
  const covered = new Set(
    steps.flatMap((step) =>
      step.kind === 'SetFirmwareParameters'
        ? Object.entries(step.values).map(([name, { to }]) => `firmware/${step.adapter}/${name}=${to}`)
        : [],
    ),
  );
  const effects = pending.filter((item) => !covered.has(item)).flatMap((item) => fieldOfItem(item, observation));
  return [...written, ...effects].map((field) => field.slice(0, 1024));
}

function fieldsOfStep(step: HostStep): readonly string[] {
  switch (step.kind) {
    case 'SetFirmwareParameters':
      return Object.entries(step.values).map(([name, { from, to }]) => `firmware ${step.adapter}: ${name} ${to} -> ${from}`);
    case 'BurnFirmware':
      return [`firmware ${step.adapter}: version ${step.change.to} -> ${step.change.from}`];
    case 'SetDriverOptions':
      return [`driver ${step.module}: '${step.change.to}' -> '${step.change.from}'`];
    case 'InstallVib':
      return [`software ${step.name}: at least ${step.change.to} -> ${step.change.from}`];
    case 'StageBiosAttributes':
      return Object.entries(step.values).map(([name, { from, to }]) => `BIOS: ${name} ${to} -> ${from}`);
    default:
      return [];
  }
}

/** What differs although nothing is left to be written: its last restart was somebody else's, or did not bring it. */
function fieldOfItem(item: string, { adapters, virtualFunctions }: HostObservation): readonly string[] {
  const [layer, adapter = '', setting = ''] = item.split('/');
  const [name = '', wanted = ''] = setting.split('=');
  const seen = adapters.find((one) => one.name === adapter);
  if (layer === 'vfs') {
    const port = seen?.adapter.known === true ? seen.adapter.value.ports.find(({ number }) => String(number) === name) : undefined;
    const present = (virtualFunctions.known ? virtualFunctions.value[port?.address ?? '']?.present : undefined) ?? 0;
    return [`virtual functions ${adapter} port ${name}: ${wanted} -> ${present}`];
  }
  if (layer === 'firmware') {
    const current = seen?.config.known === true ? seen.config.value.parameters[name]?.current?.raw : undefined;
    return [`firmware ${adapter}: ${name} ${wanted} -> ${current ?? 'unknown'} (current)`];
  }
  if (layer === 'passthrough') return [`passthrough ${adapter} port ${name}: on -> off`];
  return layer === 'image' ? [`firmware ${item.slice('image/'.length).replace('=', ': version ')} does not run`] : [];
}

/** For the message of Ready; empty while nothing drifted. */
export function driftNote({ drift }: Pick<HostMemory, 'drift'>): string {
  return drift === undefined ? '' : `; drifted since it was Ready: ${drift.fields.join('; ')}`;
}
