/** Rules: the declared firmware runs, and every firmware parameter is current as declared. One adapter at a time. */
import type { AdapterSpec, Problem } from '../../../api/types.ts';
import type { FirmwareConfig, FirmwareParameter } from '../../../ports/esxiHost.ts';
import { sameFirmwareValue } from '../firmwareValues.ts';
import { topologyProblem } from '../identity.ts';
import type { DeclaredAdapter } from '../observation.ts';
import { isOutOfReach } from '../physicalFunctions.ts';
import type { Change, ExpectedStep, HostStep } from '../steps.ts';
import { denial } from './denied.ts';
import { driverMissing } from './driverMissing.ts';
import { type BurnWork, planBurn, planCleanUp } from './firmwareImage.ts';
import { firmwareTargets, OVERRIDE_GATE } from './firmwareTargets.ts';
import { infiniBandSoftware } from './infiniband.ts';
import type { AdapterWork, PlanInput } from './input.ts';

/** `toolsComing`: MFT is among the VIBs that wait for a restart, so unreadable firmware is no fault yet. */
export function planFirmware(input: PlanInput, toolsComing: boolean): readonly AdapterWork[] {
  return [...input.spec.adapters].sort((a, b) => (a.name < b.name ? -1 : 1)).map((spec) => planAdapter(spec, input, toolsComing));
}

function planAdapter(spec: AdapterSpec, input: PlanInput, toolsComing: boolean): AdapterWork {
  const seen = input.observation.adapters.find(({ name }) => name === spec.name);
  const idle: AdapterWork = { name: spec.name, known: false, problem: undefined, unsupported: [], steps: [], expected: [], pending: [] };
  if (seen === undefined) return idle;
  const identity = identityProblem(spec, seen, input);
  const starting = input.observation.mstDevices.known && input.observation.mstDevices.value.length === 0;
  if (identity !== undefined) {
    // The address of a port without uplink can only be read with MFT.
    const readableLater = (toolsComing || starting) && identity.reason === 'AdapterNotFound' && spec.selector.macAddress !== undefined;
    return readableLater ? { ...idle, expected: expectedSteps(spec) } : { ...idle, problem: identity };
  }
  const denied = denial(input.spec, spec, seen);
  const refused = denied.problem ?? input.memory.refused[spec.name] ?? lacking(spec, seen, input);
  if (refused !== undefined) return { ...idle, problem: refused };
  if (!seen.config.known || !seen.firmware.known || !seen.mstDevice.known) {
    if (seen.adapter.known && isOutOfReach(seen.adapter.value.ports)) return { ...idle, outOfReach: true };
    return { ...idle, ...denied.open, ...unread(spec, seen, toolsComing || starting) };
  }
  const work = settle(spec, seen, {
    device: seen.mstDevice.value,
    config: seen.config.value,
    activationOpen: input.memory.activation[spec.name] !== undefined,
  });
  return { ...work, steps: [...planCleanUp(spec, seen, input), ...work.steps] };
}

/** Firmware that cannot be read is no fault while the tools for it are to come. */
function unread(spec: AdapterSpec, seen: DeclaredAdapter, comes: boolean): Pick<AdapterWork, 'problem' | 'expected'> {
  if (comes) return { problem: undefined, expected: expectedSteps(spec) };
  const because = [seen.mstDevice, seen.config, seen.firmware].find((fact) => !fact.known);
  return { problem: because === undefined || because.known ? undefined : because.because, expected: [] };
}

/** What the host lacks for this adapter. */
function lacking(spec: AdapterSpec, seen: DeclaredAdapter, input: PlanInput): Problem | undefined {
  return driverMissing(spec, seen, input) ?? infiniBandSoftware(spec, seen, input);
}

function identityProblem(spec: AdapterSpec, seen: DeclaredAdapter, input: PlanInput): Problem | undefined {
  const moved = topologyProblem(spec, seen, { observation: input.observation, recorded: input.memory.identities[spec.name] });
  if (moved !== undefined) return moved;
  if (!seen.adapter.known) return seen.adapter.because;
  const { slot, ports } = seen.adapter.value;
  const twin = input.observation.adapters.find(
    (other) => other.name !== spec.name && other.adapter.known && other.adapter.value.slot === slot,
  );
  if (twin !== undefined) {
    return {
      reason: 'AdapterDeclaredTwice',
      message: `spec.adapters ${[spec.name, twin.name].sort().join(' and ')} select the same adapter at ${slot}; declare its ports in one entry`,
    };
  }
  const missing = spec.ports.find(({ number }) => !ports.some((port) => port.number === number));
  if (missing === undefined) return undefined;
  return {
    reason: 'PortNotFound',
    message: `adapter ${spec.name} at ${slot} has ${ports.length} port(s), spec.adapters[${spec.name}].ports declares number ${missing.number}; remove it`,
  };
}

/** What is declared for an adapter that cannot be read yet, so that an approval is asked for once. */
function expectedSteps(spec: AdapterSpec): readonly ExpectedStep[] {
  const ports = spec.ports.map(({ number, vfs }) => `port ${number}: ${vfs} VFs`).join(', ');
  const settings: ExpectedStep = {
    kind: 'SetFirmwareParameters',
    subject: spec.name,
    description: `set firmware parameters as far as they differ (${ports})`,
    because: 'firmware-settings',
  };
  if (spec.firmware === undefined) return [settings];
  const description = `burn firmware ${spec.firmware.version} unless it runs, if the image is made for this adapter`;
  return [{ kind: 'BurnFirmware', subject: spec.name, description, because: 'firmware-image' }, settings];
}

interface ReadAdapter {
  readonly device: string;
  readonly config: FirmwareConfig;
  readonly activationOpen: boolean;
}

/** An adapter with a problem is left alone: what is written to half of it would only cost a restart more later. */
function settle(spec: AdapterSpec, seen: DeclaredAdapter, read: ReadAdapter): AdapterWork {
  const burn = planBurn(spec, seen, read.device);
  const targets = firmwareTargets(spec, read.config);
  const { unsupported } = targets;
  const halfRead = read.config.incomplete;
  if (halfRead !== undefined && targets.problem !== undefined) return notAllRead(spec, halfRead);
  const problem = targets.problem ?? burn.problem;
  const work: AdapterWork = { name: spec.name, known: true, problem, unsupported, steps: [], expected: [], pending: [] };
  // What the declared firmware will have is seen once it runs.
  if (targets.newerMayHave && burn.problem === undefined && burn.pending.length > 0) {
    const expected = [...burn.expected, ...expectedSteps(spec).filter(({ kind }) => kind === 'SetFirmwareParameters')];
    return { ...work, problem: undefined, unsupported: [], steps: burn.steps, expected, pending: burn.pending };
  }
  if (problem !== undefined) return work;
  const values: Record<string, Change> = {};
  const pending: string[] = [...burn.pending];
  for (const [name, to] of Object.entries(targets.wanted).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parameter = read.config.parameters[name];
    if (parameter === undefined) continue;
    const differs = !sameFirmwareValue(to, parameter.next);
    if (differs && (name === OVERRIDE_GATE || !targets.gateFirst)) values[name] = { from: parameter.next.raw, to };
    if (differs || waits(parameter, to, read)) pending.push(`firmware/${spec.name}/${name}=${to}`);
  }
  return { ...work, steps: inOrder(spec, burn, { values, read }), expected: burn.expected, pending };
}

/** What the tool did not print may be there all the same: nothing is concluded from its absence. */
function notAllRead({ name }: AdapterSpec, said: string): AdapterWork {
  const problem = { reason: 'CommandFailed', message: `adapter ${name}: its firmware parameters could not all be read: ${said}` };
  return { name, known: false, problem, unsupported: [], steps: [], expected: [], pending: [] };
}

/** The image first, then the settings (thevirtualist.org on bricked cards: firmware before what rests on it); none while an image is fetched. */
function inOrder(
  spec: AdapterSpec,
  burn: BurnWork,
  { values, read }: { readonly values: Readonly<Record<string, Change>>; readonly read: ReadAdapter },
): readonly HostStep[] {
  const fetching = burn.steps.some(({ kind }) => kind === 'StageFirmwareImage');
  if (fetching || Object.keys(values).length === 0) return burn.steps;
  const { device, config } = read;
  const because = 'firmware-settings';
  return [
    ...burn.steps,
    { kind: 'SetFirmwareParameters', because, adapter: spec.name, device, values, confirmable: config.currentReadable },
  ];
}

/** Stored for the next start but not current. Where the firmware cannot tell its current values, our own last set speaks. */
function waits(parameter: FirmwareParameter, to: string, read: ReadAdapter): boolean {
  if (parameter.current !== undefined) return !sameFirmwareValue(to, parameter.current);
  return read.activationOpen;
}
