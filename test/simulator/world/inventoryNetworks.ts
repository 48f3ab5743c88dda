/** Networks of the simulated inventory: standard port groups of each host, distributed switches of a vCenter. */
import { distributedSwitchSettings, type SimNetworkSettings, standardSwitchSettings } from './networkSettings.ts';
import type { CardNetwork } from './vmDevices.ts';

/** Port groups of one name in one datacenter are one `Network` object for a vCenter. */
export interface StandardNetwork {
  readonly kind: 'Standard';
  readonly number: number;
  readonly name: string;
  readonly datacenter: string;
  readonly hostIds: Set<string>;
  readonly settings: SimNetworkSettings;
}

export interface DistributedPortGroup {
  readonly kind: 'Distributed';
  readonly number: number;
  /** Also the key that backings name: `dvportgroup-<number>`. */
  readonly key: string;
  readonly name: string;
  /** The switch's own port group for its uplinks, which takes no VM. */
  readonly uplink: boolean;
  readonly switch: DistributedSwitch;
  readonly settings: SimNetworkSettings;
}

export interface DistributedSwitch {
  readonly number: number;
  readonly name: string;
  readonly datacenter: string;
  /** With the odd blanks of real servers: `50 2e ... -6f ...`. Clients copy it verbatim. */
  readonly uuid: string;
  readonly hostIds: ReadonlySet<string>;
  readonly portGroups: DistributedPortGroup[];
}

export type SimNetwork = StandardNetwork | DistributedPortGroup;

export interface NewDistributedSwitch {
  readonly name: string;
  readonly datacenter: string;
  readonly hostIds: readonly string[];
  readonly portGroups: readonly string[];
}

export class InventoryNetworks {
  readonly #standard: StandardNetwork[] = [];
  readonly #switches: DistributedSwitch[] = [];
  readonly #nextNumber: () => number;

  constructor(nextNumber: () => number) {
    this.#nextNumber = nextNumber;
  }

  get switches(): readonly DistributedSwitch[] {
    return this.#switches;
  }

  all(): readonly SimNetwork[] {
    return [...this.#standard, ...this.#switches.flatMap((one) => one.portGroups)];
  }

  addPortGroup(hostId: string, datacenter: string, name: string): StandardNetwork {
    const known = this.#standard.find((network) => network.name === name && network.datacenter === datacenter);
    const settings = standardSwitchSettings();
    const network = known ?? { kind: 'Standard', number: this.#nextNumber(), name, datacenter, hostIds: new Set<string>(), settings };
    network.hostIds.add(hostId);
    if (known === undefined) {
      this.#standard.push(network);
    }
    return network;
  }

  addSwitch(spec: NewDistributedSwitch): DistributedSwitch {
    const number = this.#nextNumber();
    const added: DistributedSwitch = {
      number,
      name: spec.name,
      datacenter: spec.datacenter,
      uuid: switchUuid(number),
      hostIds: new Set(spec.hostIds),
      portGroups: [],
    };
    for (const [index, name] of [`${spec.name}-DVUplinks-${number}`, ...spec.portGroups].entries()) {
      const portGroup = this.#nextNumber();
      added.portGroups.push({
        kind: 'Distributed',
        number: portGroup,
        key: `dvportgroup-${portGroup}`,
        name,
        uplink: index === 0,
        switch: added,
        settings: distributedSwitchSettings(),
      });
    }
    this.#switches.push(added);
    return added;
  }

  /** By name, to look at it or to change its settings. Throws when there is none. */
  named(name: string): SimNetwork {
    const found = this.all().find((network) => network.name === name);
    if (found === undefined) throw new Error(`InventoryNetworks: no port group ${name}`);
    return found;
  }

  ofHost(hostId: string): readonly SimNetwork[] {
    return this.all().filter((network) => hostsOf(network).has(hostId));
  }

  /** The network that a card's backing means on this host, or undefined when the host does not offer it. */
  resolve(hostId: string, network: CardNetwork): SimNetwork | undefined {
    return this.ofHost(hostId).find((other) =>
      network.kind === 'Standard'
        ? other.kind === 'Standard' && other.name === network.portGroup
        : other.kind === 'Distributed' && !other.uplink && other.key === network.portgroupKey && other.switch.uuid === network.switchUuid,
    );
  }
}

export function hostsOf(network: SimNetwork): ReadonlySet<string> {
  return network.kind === 'Standard' ? network.hostIds : network.switch.hostIds;
}

function switchUuid(number: number): string {
  const low = (number & 0xff).toString(16).padStart(2, '0');
  const high = ((number >> 8) & 0xff).toString(16).padStart(2, '0');
  return `50 2e 0f 1a 2b 3c 4d 5e-6f 70 81 92 a3 b4 ${high} ${low}`;
}
