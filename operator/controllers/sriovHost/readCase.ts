/** A recorded decision read back from JSON: says which facts are not in it, instead of deciding about half of a host. Pure. */
import { CASE_FORMAT, type HostCase } from './recordedCase.ts';

/** What the planner cannot do without. */
const FACTS = [
  'host',
  'vibs',
  'stagedVibs',
  'functions',
  'allAdapters',
  'driverOptions',
  'mstDevices',
  'adapters',
  'virtualFunctions',
  'runningVms',
];
const PARTS = ['time', 'host', 'observation', 'memory', 'decided'];

/** Throws with a message for people. */
export function readCase(text: string): HostCase {
  return caseFrom(parsed(text));
}

/** The same of what is no text any more. */
export function caseFrom(value: unknown): HostCase {
  const found = record(value);
  if (found['format'] !== CASE_FORMAT) {
    throw new RangeError(`it is no recorded decision in the format ${CASE_FORMAT}${tells(found['format'])}`);
  }
  const observation = record(found['observation']);
  const missing = [...PARTS.filter((part) => found[part] === undefined), ...FACTS.filter((fact) => observation[fact] === undefined)];
  if (missing.length > 0) throw new RangeError(`it does not hold ${missing.join(', ')}, without which nothing can be decided`);
  return { ...(found as unknown as HostCase), observation: revived(observation) as unknown as HostCase['observation'] };
}

/** JSON has no times. */
function revived(observation: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const host = record(observation['host']);
  if (host['known'] !== true) return observation;
  const value = record(host['value']);
  return { ...observation, host: { ...host, value: { ...value, bootTime: new Date(String(value['bootTime'])) } } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangeError('it is not JSON', { cause: error });
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function tells(format: unknown): string {
  return typeof format === 'string' ? `; its format is ${format}` : '';
}
