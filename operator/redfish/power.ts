/** Power on and off by `ComputerSystem.Reset`, with only what the BMC allows. */
import type { BmcPowerState } from '../ports/bmc.ts';
import { PortError } from '../ports/errors.ts';
import type { RedfishClient } from './redfishClient.ts';
import { readSystem, type SystemResource } from './systemResource.ts';

interface PowerAction {
  /** The power states that make the reset needless. */
  readonly reached: readonly BmcPowerState[];
  /** In order of preference. */
  readonly resetTypes: readonly string[];
  readonly action: string;
}

const POWER_ON: PowerAction = { reached: ['On', 'PoweringOn'], resetTypes: ['On', 'ForceOn'], action: 'powering on' };
const FORCE_OFF: PowerAction = { reached: ['Off'], resetTypes: ['ForceOff'], action: 'forcing power off' };

export function powerOn(client: RedfishClient, signal: AbortSignal): Promise<void> {
  return reach(client, POWER_ON, signal);
}

export function forceOff(client: RedfishClient, signal: AbortSignal): Promise<void> {
  return reach(client, FORCE_OFF, signal);
}

async function reach(client: RedfishClient, wanted: PowerAction, signal: AbortSignal): Promise<void> {
  const system = await readSystem(client, signal);
  if (wanted.reached.includes(system.powerState)) {
    return;
  }
  const body = { ResetType: chooseResetType(client, system, wanted) };
  const answer = await client.write('POST', system.resetTarget, { action: wanted.action, body }, signal);
  if (answer.status >= 200 && answer.status < 300) {
    return;
  }
  // Somebody, or the power policy, may have got there between the read and the reset.
  if (answer.status === 400 || answer.status === 409) {
    const now = await readSystem(client, signal);
    if (wanted.reached.includes(now.powerState)) {
      return;
    }
  }
  throw client.refusal(answer, wanted.action, signal);
}

function chooseResetType(client: RedfishClient, system: SystemResource, wanted: PowerAction): string {
  const allowed = system.resetTypes;
  const chosen = wanted.resetTypes.find((type) => allowed.length === 0 || allowed.includes(type));
  if (chosen === undefined) {
    const message = `the BMC ${client.origin} allows none of the reset types for ${wanted.action} (${wanted.resetTypes.join(', ')}); it allows ${allowed.join(', ')}. Remedy: do it by hand`;
    throw new PortError('BmcRequestFailed', message);
  }
  return chosen;
}
