/** The InfiniBand ports that a guest has, from its sysfs, and which of them belongs to an attachment. Pure. */

export interface InfinibandPort {
  /** Device in the guest, for example `mlx5_0`. */
  readonly device: string;
  readonly number: number;
  /** `Active`, `Initializing`, `Armed`, `Down`, or the kernel's own word. */
  readonly state: string;
  readonly physicalState: string | undefined;
  /** `b8:59:9f:ff:fe:aa:bb:cc`. */
  readonly guid: string | undefined;
  readonly lid: number | undefined;
  readonly smLid: number | undefined;
}

/** Linux: Documentation/ABI/stable/sysfs-class-infiniband. One line for each attribute, with the path before it. */
const ATTRIBUTES = ['link_layer', 'state', 'phys_state', 'lid', 'sm_lid', 'gids/0'];
const PORTS = '/sys/class/infiniband/*/ports/*';

/** For /bin/sh; its exit code says nothing, since a guest without such a device has none of the files. */
export const READ_PORTS = `grep -Hs . ${ATTRIBUTES.map((attribute) => `${PORTS}/${attribute}`).join(' ')}`;

const LINE = /^\/sys\/class\/infiniband\/([^/]+)\/ports\/(\d+)\/([a-z_]+(?:\/0)?):(.*)$/;

/** `ib_port_state` of the kernel's RDMA core. */
const STATES: Readonly<Record<string, string>> = { DOWN: 'Down', INIT: 'Initializing', ARMED: 'Armed', ACTIVE: 'Active' };

/** Ports of Ethernet adapters (RoCE) are left out. */
export function parsePorts(output: string): readonly InfinibandPort[] {
  const found = new Map<string, Map<string, string>>();
  for (const line of output.split('\n')) {
    const [, device, number, attribute, value] = LINE.exec(line.trim()) ?? [];
    if (device === undefined || attribute === undefined || value === undefined) continue;
    const key = `${device}/${number}`;
    found.set(key, (found.get(key) ?? new Map<string, string>()).set(attribute, value.trim()));
  }
  return [...found]
    .filter(([, attributes]) => attributes.get('link_layer') === 'InfiniBand')
    .map(([key, attributes]) => toPort(key, attributes))
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

function toPort(key: string, attributes: ReadonlyMap<string, string>): InfinibandPort {
  const [device = '', number] = key.split('/');
  const word = wordOf(attributes.get('state')) ?? 'Unknown';
  return {
    device,
    number: Number(number),
    state: STATES[word] ?? word,
    physicalState: wordOf(attributes.get('phys_state')),
    guid: guidOf(attributes.get('gids/0')),
    lid: numberOf(attributes.get('lid')),
    smLid: numberOf(attributes.get('sm_lid')),
  };
}

/** `4: ACTIVE` -> `ACTIVE`. */
function wordOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : (/^\d+:\s*(.+)$/.exec(value)?.[1] ?? value);
}

function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : undefined;
}

/** The second half of the port's first GID is its GUID. */
function guidOf(gid: string | undefined): string | undefined {
  const digits = gid?.toLowerCase().replaceAll(':', '') ?? '';
  return /^[0-9a-f]{32}$/.test(digits) ? (digits.slice(16).match(/../g) ?? []).join(':') : undefined;
}

export function nameOf({ device, number }: Pick<InfinibandPort, 'device' | 'number'>): string {
  return `${device}/${number}`;
}

/** `b8:59:9f:ff:fe:aa:bb:cc` -> `0xb8599ffffeaabbcc`, as OpenSM wants it. */
export function guidNumber(guid: string): string {
  return `0x${guid.replaceAll(':', '')}`;
}

export function isZero(guid: string | undefined): boolean {
  return guid !== undefined && /^[0:]+$/.test(guid);
}

export interface PortSearch {
  /** GUID that the card has by its MAC address; undefined for a physical function, whose GUID is burned into the adapter. */
  readonly guid: string | undefined;
  /** GUIDs that other cards of the VM have by their MAC addresses. */
  readonly others: readonly string[];
}

/** The port with the card's GUID; without one, the only port that belongs to no other card. Undefined where that leaves none or several. */
export function portOf(ports: readonly InfinibandPort[], { guid, others }: PortSearch): InfinibandPort | undefined {
  const exact = guid === undefined ? undefined : ports.find((port) => port.guid === guid);
  if (exact !== undefined) return exact;
  const rest = ports.filter((port) => port.guid === undefined || !others.includes(port.guid));
  return rest.length === 1 ? rest[0] : undefined;
}
