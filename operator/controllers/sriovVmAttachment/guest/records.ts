/** What status keeps of the guest: the Subnet Manager and the link, as last seen. Pure. */
import type { SriovVmAttachment } from '../../../api/types.ts';
import { guidOfMac } from '../../sriovHost/guid.ts';
import type { AttachmentMemory } from '../memory.ts';
import { forget } from '../memory.ts';
import type { AttachmentFact } from '../observation.ts';
import { nameOf } from './infinibandPorts.ts';
import type { GuestLook, SubnetManagerLook } from './look.ts';
import { differing, settingsOf } from './opensmConfig.ts';
import { usesConfig } from './opensmService.ts';
import type { ManagerState, Subnet } from './subnet.ts';

type ManagerRecord = NonNullable<AttachmentMemory['subnetManager']>;
type LinkRecord = NonNullable<AttachmentMemory['link']>;

export interface Seen {
  readonly attachment: SriovVmAttachment;
  readonly guest: AttachmentFact<GuestLook> | undefined;
  readonly subnet: Subnet | undefined;
  /** The VM is known to be off. */
  readonly off: boolean;
}

export function recordGuest(memory: AttachmentMemory, seen: Seen): AttachmentMemory {
  const look = seen.guest?.known === true ? seen.guest.value : undefined;
  const manager = managerRecord(memory, seen, look);
  const link = look?.port === undefined ? undefined : linkRecord(look.port);
  return {
    ...withGuid(forget(memory, 'subnetManager', 'link'), seen.subnet),
    ...(manager === undefined ? {} : { subnetManager: manager }),
    ...(link === undefined ? {} : { link }),
  };
}

/** ESXi makes the GUID of an InfiniBand virtual function from its MAC address; that of a physical function is burned in. */
function withGuid(memory: AttachmentMemory, subnet: Subnet | undefined): AttachmentMemory {
  const { device } = memory;
  if (device === undefined || device.kind === 'Physical' || device.macAddress === undefined) return memory;
  const guid = subnet === undefined ? undefined : guidOfMac(device.macAddress);
  const { guid: _, ...rest } = device;
  return { ...memory, device: guid === undefined ? rest : { ...rest, guid } };
}

/** What cannot be seen now is not claimed: other attachments of the subnet rely on the state. */
function managerRecord(memory: AttachmentMemory, { attachment, off }: Seen, look: GuestLook | undefined): ManagerRecord | undefined {
  const wanted = attachment.spec.subnetManager;
  if (wanted === undefined) return undefined;
  const found = look?.subnetManager;
  if (look?.port === undefined || found === undefined) return { ...memory.subnetManager, state: off ? 'Stopped' : 'Unknown' };
  const { master, program, version, config, unit } = found;
  return {
    state: stateOf(found, { guid: look.port.guid, configFiles: [wanted.configFile, memory.subnetManager?.configFile] }),
    ...(master === undefined ? {} : { guid: master.guid, lid: master.lid, priority: master.priority }),
    ...(program === undefined ? {} : { program }),
    ...(version === undefined ? {} : { version }),
    configFile: usedConfig(found, [wanted.configFile, memory.subnetManager?.configFile]) ?? wanted.configFile,
    serviceManagedBy: unit?.name ?? 'operator',
    virtEnabled: config !== undefined && differing(config.content, settingsOf({})).length === 0,
  };
}

/** That of the OpenSM of ours that runs: by it the old one is still known as ours when the declared file has changed. */
function usedConfig({ running }: SubnetManagerLook, ours: readonly (string | undefined)[]): string | undefined {
  return ours.find((file) => running.some((process) => usesConfig(process, [file])));
}

function stateOf(
  look: SubnetManagerLook,
  own: { readonly guid: string | undefined; readonly configFiles: readonly (string | undefined)[] },
): ManagerState {
  if (!look.running.some((process) => usesConfig(process, own.configFiles))) return 'Stopped';
  if (!look.hasSminfo) return 'Unknown';
  if (look.master === undefined || look.master.state !== 'SMINFO_MASTER') return 'Starting';
  return look.master.guid === own.guid ? 'Master' : 'Standby';
}

function linkRecord(port: NonNullable<GuestLook['port']>): LinkRecord {
  const { state, physicalState, guid, lid, smLid } = port;
  return {
    state,
    device: nameOf(port),
    ...(physicalState === undefined ? {} : { physicalState }),
    ...(guid === undefined ? {} : { guid }),
    ...(lid === undefined ? {} : { lid }),
    ...(smLid === undefined ? {} : { smLid }),
  };
}
