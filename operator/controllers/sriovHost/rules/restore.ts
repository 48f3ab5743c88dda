/**
 * The way back: the same rules with what was found in the place of what is declared. Firmware parameters and driver options only;
 * VIBs, burned firmware and BIOS attributes stay. Pure.
 */
import { ANNOTATIONS } from '../../../api/group.ts';
import type { AdapterSpec, SriovHost, SriovHostSpec } from '../../../api/types.ts';
import { DRIVER, type ObservedPort } from '../adapters.ts';
import { configuredEntries, normaliseOptions, writeMaxVfs } from '../driverOptions.ts';
import { sameFirmwareValue } from '../firmwareValues.ts';
import type { HostMemory } from '../memory.ts';
import type { DeclaredAdapter } from '../observation.ts';
import type { HostStep } from '../steps.ts';
import { type DriverWork, vfsItem } from './driver.ts';
import type { AdapterWork, Blocked, PlanInput } from './input.ts';
import { isSameCard } from './snapshot.ts';

/** The input of the other rules while the host is brought back: no VIBs, no firmware, no ports, and the parameters that were found. */
export function restoringInput(input: PlanInput): PlanInput {
  if (input.restoring !== true) return input;
  const { bmc, ...rest } = input.spec;
  const { biosAttributes: _, ...bmcAlone } = bmc ?? {};
  const adapters = input.spec.adapters.map(
    (adapter): AdapterSpec => ({
      name: adapter.name,
      selector: adapter.selector,
      ports: [],
      parameters: parametersAsFound(adapter.name, input),
    }),
  );
  const spec = { ...rest, software: [], adapters, ...(bmc === undefined ? {} : { bmc: bmcAlone }) };
  return { ...input, spec: spec as SriovHostSpec };
}

const GATE = 'ADVANCED_PCI_SETTINGS';
const OVERRIDE = 'FORCE_ETH_PCI_SUBCLASS';

/**
 * What the device has no longer needs no way back: mlxconfig hides the subclass override once its gate is closed. So the gate is
 * closed last, in a look of its own; no restart lies between.
 */
function parametersAsFound(name: string, { observation, memory }: PlanInput): Readonly<Record<string, string>> {
  const seen = observation.adapters.find((adapter) => adapter.name === name);
  const found = memory.snapshot?.adapters?.find((adapter) => adapter.name === name);
  if (seen === undefined || !seen.config.known || found?.parameters === undefined || !isCardOf(found, seen)) return {};
  const values = seen.config.value.parameters;
  const wanted = found.parameters.filter((parameter) => values[parameter.name] !== undefined);
  const override = wanted.find((parameter) => parameter.name === OVERRIDE);
  const stored = values[OVERRIDE]?.next;
  const first = override !== undefined && stored !== undefined && !sameFirmwareValue(override.value, stored);
  return Object.fromEntries(wanted.filter((parameter) => !(first && parameter.name === GATE)).map((one) => [one.name, one.value]));
}

function isCardOf(found: Parameters<typeof isSameCard>[0], seen: DeclaredAdapter): boolean {
  const [first] = seen.adapter.known ? seen.adapter.value.ports : [];
  return first !== undefined && isSameCard(found, first);
}

/** The driver options as found, and the virtual functions that they and the firmware give. */
export function restoreDriver(input: PlanInput, passedThrough: ReadonlySet<string>): DriverWork {
  const { allAdapters, driverOptions, virtualFunctions, adapters } = input.observation;
  if (!allAdapters.known || !driverOptions.known) return { steps: [], pending: [] };
  const ports = allAdapters.value.flatMap((adapter) => adapter.ports).filter(({ address }) => !passedThrough.has(address));
  const from = normaliseOptions(driverOptions.value);
  const current = configuredEntries(from, ports, input.memory.driver);
  const found = input.memory.snapshot?.driver;
  const entries = found === undefined ? current : configuredEntries(found.options, ports, found);
  const steps = found === undefined ? [] : optionSteps(input, { from, ports, found, entries, current });
  return { steps, pending: virtualFunctions.known ? adapters.flatMap((seen) => openCounts(seen, input, { entries, passedThrough })) : [] };
}

/** Ports of one adapter that have another number of virtual functions than they will have. */
function openCounts(
  seen: DeclaredAdapter,
  input: PlanInput,
  { entries, passedThrough }: { readonly entries: ReadonlyMap<string, number>; readonly passedThrough: ReadonlySet<string> },
): readonly string[] {
  const { virtualFunctions } = input.observation;
  if (!seen.adapter.known || !virtualFunctions.known) return [];
  const allowed = allowedByFirmware(seen, input);
  return seen.adapter.value.ports.flatMap(({ address, number }) => {
    if (passedThrough.has(address)) return [];
    const vfs = Math.min(entries.get(address) ?? 0, allowed);
    return (virtualFunctions.value[address]?.present ?? 0) === vfs ? [] : [vfsItem(seen.name, { number, vfs })];
  });
}

interface Options {
  readonly from: string;
  readonly ports: readonly ObservedPort[];
  readonly found: { readonly options: string; readonly functions: readonly string[] };
  readonly entries: ReadonlyMap<string, number>;
  readonly current: ReadonlyMap<string, number>;
}

function optionSteps({ observation }: PlanInput, { from, ports, found, entries, current }: Options): readonly HostStep[] {
  const declared = new Set(
    observation.adapters.flatMap(({ adapter }) => (adapter.known ? adapter.value.ports.map(({ address }) => address) : [])),
  );
  // A declared function that the driver did not have then is one that it will not have again.
  const driven = ports.filter(({ address, ...port }) => entries.has(address) || (port.driven && !declared.has(address)));
  const functions = driven.map(({ address }) => address);
  const list = functions.map((address) => entries.get(address) ?? current.get(address) ?? 0);
  // The very string that was found, unless cards came, went or moved: then its entries go to where their functions are.
  const to = functions.join() === found.functions.join() ? found.options : writeMaxVfs(found.options, list);
  const macAddresses = driven.map(({ macAddress }) => macAddress ?? '');
  return to === from
    ? []
    : [{ kind: 'SetDriverOptions', because: 'restore', module: DRIVER, change: { from, to }, functions, macAddresses }];
}

function allowedByFirmware(seen: DeclaredAdapter, { memory }: PlanInput): number {
  if (!seen.config.known) return Number.POSITIVE_INFINITY;
  const { parameters } = seen.config.value;
  const found = memory.snapshot?.adapters?.find(({ name }) => name === seen.name);
  const then = (name: string): number => {
    const value = found !== undefined && isCardOf(found, seen) ? found.parameters?.find((one) => one.name === name)?.value : undefined;
    return (value === undefined ? parameters[name]?.next.number : Number(value)) ?? 0;
  };
  return then('SRIOV_EN') === 1 ? then('NUM_OF_VFS') : 0;
}

/**
 * Undefined while something is still to be done. Virtual functions that a restart did not bring back were limited by something else
 * then: that is said in status.adapters and keeps nobody waiting.
 */
export function restored(
  input: PlanInput,
  {
    steps,
    pending,
    adapters,
  }: { readonly steps: readonly HostStep[]; readonly pending: readonly string[]; readonly adapters: readonly AdapterWork[] },
): Blocked | undefined {
  if (input.restoring !== true || steps.length > 0) return undefined;
  if (pending.some((item) => !(item.startsWith('vfs/') && input.memory.tried[item] !== undefined))) return undefined;
  if (adapters.some(({ known, problem }) => !known && problem === undefined)) return undefined;
  const trouble = adapters.find(({ problem }) => problem !== undefined && !LEFT_TO_OTHERS.has(problem.reason));
  if (trouble?.problem !== undefined) return trouble.problem;
  const others = (input.memory.snapshot?.adapters ?? []).filter((found) => {
    const seen = input.observation.adapters.find(({ name }) => name === found.name);
    return seen === undefined || !isCardOf(found, seen);
  });
  const left = others.map(({ name, pciAddress }) => `${name} (then at ${pciAddress})`).join(', ');
  const note = left === '' ? '' : `; not restored, since the card is another one or no longer declared: ${left}`;
  return {
    reason: 'Restored',
    message: `firmware parameters and driver options are as they were found (status.snapshot)${note}; remove the annotation sriov.esxi.io/restore to configure the host as declared again`,
  };
}

const LEFT_TO_OTHERS: ReadonlySet<string> = new Set(['SriovDisabledInBios', 'FewerVfsThanRequested']);

/** Asked for by the annotation, or by deleting an object that promises it. Observe never writes, so it restores nothing either. */
export function isRestoring(host: SriovHost): boolean {
  if (host.metadata.deletionTimestamp !== undefined) return host.spec.deletionPolicy === 'Restore';
  return host.metadata.annotations?.[ANNOTATIONS.restore] !== undefined;
}

/** Then the object must not go before the host is as it was. */
export function restoresOnDeletion({ spec, metadata }: SriovHost, { snapshot }: Pick<HostMemory, 'snapshot'>): boolean {
  if (metadata.annotations?.[ANNOTATIONS.detach] !== undefined) return false;
  return spec.deletionPolicy === 'Restore' && spec.mode === 'Enforce' && snapshot !== undefined;
}

/** An approval is for going on or for going back, never for both. */
export function takeUpVerbs(
  { metadata }: SriovHost,
  { restore, approval }: HostMemory,
): Pick<HostMemory, 'retry' | 'restore' | 'approval' | 'hold'> {
  const annotations = metadata.annotations ?? {};
  const asked = annotations[ANNOTATIONS.restore];
  const hold = annotations[ANNOTATIONS.hold];
  return { retry: annotations[ANNOTATIONS.retry], restore: asked, hold, approval: asked === restore ? approval : undefined };
}
