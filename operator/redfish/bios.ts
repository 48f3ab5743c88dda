/** BIOS attributes: current, pending, and staging by the settings object that `@Redfish.Settings` names (DSP0266, DSP2046). */
import { PortError } from '../ports/errors.ts';
import { property } from './errors.ts';
import type { RedfishClient } from './redfishClient.ts';
import { link, readSystem } from './systemResource.ts';

export type BiosAttributes = Readonly<Record<string, string | number | boolean>>;

interface BiosResource {
  readonly attributes: BiosAttributes;
  /** Path of the settings object; undefined when the BIOS is read-only here. */
  readonly settings: string | undefined;
  /** The BMC wants to be told that staged attributes wait for a restart. */
  readonly appliesOnReset: boolean;
}

/** Undefined when this BMC shows no BIOS. */
export async function readAttributes(client: RedfishClient, signal: AbortSignal): Promise<BiosAttributes | undefined> {
  return (await readBios(client, signal))?.attributes;
}

/** Some BMCs list only what is pending, others a full copy: what differs from the current values is what waits. */
export async function readPending(client: RedfishClient, signal: AbortSignal): Promise<BiosAttributes | undefined> {
  const bios = await readBios(client, signal);
  if (bios?.settings === undefined) {
    return undefined;
  }
  const { body } = await client.get(bios.settings, 'reading the pending BIOS attributes', signal);
  const pending = Object.entries(attributesOf(body)).filter(([name, value]) => bios.attributes[name] !== value);
  return Object.fromEntries(pending);
}

/** They count from the next restart. An attribute that the BIOS does not have is refused before anything is written. */
export async function stageAttributes(client: RedfishClient, wanted: BiosAttributes, signal: AbortSignal): Promise<void> {
  const bios = await readBios(client, signal);
  if (bios?.settings === undefined) {
    throw new PortError(
      'BmcRequestFailed',
      `the BMC ${client.origin} does not let BIOS attributes be changed. Remedy: set them by hand and remove spec.bmc.biosAttributes`,
    );
  }
  const unknown = Object.keys(wanted).find((name) => !(name in bios.attributes));
  if (unknown !== undefined) {
    const message = `the BIOS behind the BMC ${client.origin} has no attribute ${unknown}. Remedy: take the name from its attribute registry; vendors name the same setting differently`;
    throw new PortError('BmcRequestFailed', message, { detail: { attribute: unknown } });
  }
  const applyTime = bios.appliesOnReset ? { '@Redfish.SettingsApplyTime': { ApplyTime: 'OnReset' } } : {};
  await patch(client, bios.settings, { Attributes: wanted, ...applyTime }, signal);
}

async function patch(client: RedfishClient, path: string, body: unknown, signal: AbortSignal): Promise<void> {
  const action = 'staging BIOS attributes';
  const { etag } = await client.get(path, 'reading the pending BIOS attributes', signal);
  const first = await client.write('PATCH', path, { action, body, ...(etag === undefined ? {} : { ifMatch: etag }) }, signal);
  // 412: ETags that this BMC hands out but does not accept. 428: it wants one but gave none. Both take the wildcard.
  const answer =
    first.status === 412 || first.status === 428 ? await client.write('PATCH', path, { action, body, ifMatch: '*' }, signal) : first;
  if (answer.status < 200 || answer.status >= 300) {
    throw client.refusal(answer, action, signal);
  }
}

async function readBios(client: RedfishClient, signal: AbortSignal): Promise<BiosResource | undefined> {
  const system = await readSystem(client, signal);
  if (system.bios === undefined) {
    return undefined;
  }
  const { body } = await client.get(system.bios, 'reading the BIOS attributes', signal);
  const settings = property(body, '@Redfish.Settings');
  const applyTimes = property(settings, 'SupportedApplyTimes');
  return {
    attributes: attributesOf(body),
    settings: link(property(settings, 'SettingsObject')),
    appliesOnReset: Array.isArray(applyTimes) && applyTimes.includes('OnReset'),
  };
}

/** Attributes without a value (null) are left out. */
function attributesOf(body: unknown): BiosAttributes {
  const attributes: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(property(body, 'Attributes') ?? {})) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      attributes[name] = value;
    }
  }
  return attributes;
}
