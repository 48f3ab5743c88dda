/** Reads a ComputerSystem resource (DSP2046): state, identity, and how it wants to be reset. */
import type { BmcPowerState, BmcSystem } from '../ports/bmc.ts';
import { PortError } from '../ports/errors.ts';
import { property, READING_THE_SYSTEM } from './errors.ts';
import type { RedfishClient } from './redfishClient.ts';

export interface SystemResource extends BmcSystem {
  /** Where to POST a reset. */
  readonly resetTarget: string;
  /** Path of the Bios resource; undefined when there is none. */
  readonly bios: string | undefined;
}

const POWER_STATES: readonly BmcPowerState[] = ['On', 'Off', 'PoweringOn', 'PoweringOff'];

/** BmcAddressInvalid when the address leads to something that is no ComputerSystem. */
export async function readSystem(client: RedfishClient, signal: AbortSignal): Promise<SystemResource> {
  const { body } = await client.get(client.systemPath, READING_THE_SYSTEM, signal);
  const reset = property(property(body, 'Actions'), '#ComputerSystem.Reset');
  if (property(body, 'PowerState') === undefined && reset === undefined) {
    throw notASystem(client, body);
  }
  const target = text(property(reset, 'target'));
  return {
    powerState: powerState(property(body, 'PowerState')),
    manufacturer: text(property(body, 'Manufacturer')),
    model: text(property(body, 'Model')),
    serialNumber: text(property(body, 'SerialNumber')),
    resetTypes: await resetTypes(client, reset, signal),
    resetTarget: target === '' ? `${client.systemPath.replace(/\/$/, '')}/Actions/ComputerSystem.Reset` : target,
    bios: link(property(body, 'Bios')),
  };
}

/** The path that an `@odata.id` object points to. */
export function link(value: unknown): string | undefined {
  const path = property(value, '@odata.id');
  return typeof path === 'string' && path !== '' ? path : undefined;
}

/** In the action itself, or in the ActionInfo resource that it names; empty when the BMC does not tell. */
async function resetTypes(client: RedfishClient, reset: unknown, signal: AbortSignal): Promise<readonly string[]> {
  const inline = property(reset, 'ResetType@Redfish.AllowableValues');
  if (Array.isArray(inline)) {
    return strings(inline);
  }
  const info = property(reset, '@Redfish.ActionInfo');
  if (typeof info !== 'string') {
    return [];
  }
  const { body } = await client.get(info, 'reading the reset types', signal);
  const parameters = property(body, 'Parameters');
  const resetType = Array.isArray(parameters) ? parameters.find((parameter) => property(parameter, 'Name') === 'ResetType') : undefined;
  const values = property(resetType, 'AllowableValues');
  return Array.isArray(values) ? strings(values) : [];
}

function notASystem(client: RedfishClient, body: unknown): PortError {
  const members = property(body, 'Members');
  const paths = Array.isArray(members) ? members.map(link).filter((path) => path !== undefined) : [];
  const hint = paths.length === 0 ? '' : `; its members are ${paths.slice(0, 5).join(', ')}`;
  return new PortError(
    'BmcAddressInvalid',
    `spec.bmc.systemUrl leads to a resource that is no ComputerSystem${hint}. Remedy: give the URL of the system itself, for example ${client.origin}/redfish/v1/Systems/1`,
  );
}

/** `Paused` and values yet to come are as good as unknown. */
function powerState(value: unknown): BmcPowerState {
  return POWER_STATES.find((state) => state === value) ?? 'Unknown';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}
