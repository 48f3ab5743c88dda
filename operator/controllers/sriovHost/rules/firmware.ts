/** Rules: the declared firmware runs, and every firmware parameter is current as declared. One adapter at a time. */
import type { AdapterSpec, Problem } from '../../../api/types.ts';
import type { FirmwareConfig, FirmwareParameter } from '../../../ports/esxiHost.ts';
import { sameFirmwareValue } from '../firmwareValues.ts';
import type { DeclaredAdapter } from '../observation.ts';
import type { Change, ExpectedStep, HostStep } from '../steps.ts';
import { planBurn } from './firmwareImage.ts';
import { firmwareTargets } from './firmwareTargets.ts';
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
  if (identity !== undefined) {
    // The address of a port without uplink can only be read with MFT.
    const readableLater = toolsComing && identity.reason === 'AdapterNotFound' && spec.selector.macAddress !== undefined;
    return readableLater ? { ...idle, expected: [expectedSettings(spec)] } : { ...idle, problem: identity };
  }
  const refused = input.memory.refused[spec.name];
  if (refused !== undefined) return { ...idle, problem: refused };
  if (!seen.config.known || !seen.firmware.known || !seen.mstDevice.known) {
    const because = [seen.mstDevice, seen.config, seen.firmware].find((fact) => !fact.known);
    const starting = input.observation.mstDevices.known && input.observation.mstDevices.value.length === 0;
    const comes = toolsComing || starting;
    const problem = comes || because === undefined || because.known ? undefined : because.because;
    return { ...idle, problem, expected: comes ? [expectedSettings(spec)] : [] };
  }
  return settle(spec, seen, {
    device: seen.mstDevice.value,
    config: seen.config.value,
    activationOpen: input.memory.activation[spec.name] !== undefined,
  });
}

function identityProblem(spec: AdapterSpec, seen: DeclaredAdapter, input: PlanInput): Problem | undefined {
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

function expectedSettings(spec: AdapterSpec): ExpectedStep {
  const ports = spec.ports.map(({ number, vfs }) => `port ${number}: ${vfs} VFs`).join(', ');
  return {
    kind: 'SetFirmwareParameters',
    subject: spec.name,
    description: `set firmware parameters as far as they differ (${ports})`,
    because: 'firmware-settings',
  };
}

interface ReadAdapter {
  readonly device: string;
  readonly config: FirmwareConfig;
  readonly activationOpen: boolean;
}

function settle(spec: AdapterSpec, seen: DeclaredAdapter, read: ReadAdapter): AdapterWork {
  const burn = planBurn(spec, seen, read.device);
  const targets = firmwareTargets(spec, read.config);
  const values: Record<string, Change> = {};
  const pending: string[] = [...burn.pending];
  for (const [name, to] of Object.entries(targets.wanted).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parameter = read.config.parameters[name];
    if (parameter === undefined) continue;
    const differs = !sameFirmwareValue(to, parameter.next);
    if (differs) values[name] = { from: parameter.next.raw, to };
    if (differs || waits(parameter, to, read)) pending.push(`firmware/${spec.name}/${name}=${to}`);
  }
  const steps: HostStep[] = [...burn.steps];
  if (Object.keys(values).length > 0) {
    steps.push({
      kind: 'SetFirmwareParameters',
      because: 'firmware-settings',
      adapter: spec.name,
      device: read.device,
      values,
      confirmable: read.config.currentReadable,
    });
  }
  return {
    name: spec.name,
    known: true,
    problem: targets.problem ?? burn.problem,
    unsupported: targets.unsupported,
    steps,
    expected: [],
    pending,
  };
}

/** Stored for the next start but not current. Where the firmware cannot tell its current values, our own last set speaks. */
function waits(parameter: FirmwareParameter, to: string, read: ReadAdapter): boolean {
  if (parameter.current !== undefined) return !sameFirmwareValue(to, parameter.current);
  return read.activationOpen;
}
