/** One ConnectX card: its ports, its non-volatile configuration, the image on its flash and the image that runs. */
import { FirmwareConfig } from './firmwareConfig.ts';
import type { AdapterModel, AdapterOptions } from './hostOptions.ts';
import { formatPci, type PciAddress, parsePci } from './pci.ts';

export interface AdapterPort {
  readonly number: number;
  readonly pci: PciAddress;
  readonly address: string;
  readonly macAddress: string;
  /** Reserved for the port; shown only while the port has an uplink. */
  readonly vmnic: string;
}

export interface AdapterPlace {
  readonly pciAddress: string;
  readonly baseMac: string;
  readonly vmnics: readonly string[];
}

export class FirmwareAdapter {
  readonly model: AdapterModel;
  readonly psid: string;
  readonly config: FirmwareConfig;
  readonly linkUp: boolean;
  /** Only a cold power cycle activates changes on this card, and mlxconfig knows it. */
  needsColdCycle: boolean;
  #ports: readonly AdapterPort[];
  #flashed: string;
  #running: string;

  constructor(options: AdapterOptions, place: AdapterPlace) {
    this.model = options.model;
    this.psid = options.psid ?? options.model.psid;
    this.config = new FirmwareConfig(options.model, options.parameters ?? {});
    this.linkUp = options.linkUp ?? true;
    this.needsColdCycle = options.needsColdCycle ?? false;
    this.#flashed = options.firmwareVersion ?? options.model.firmwareVersion;
    this.#running = this.#flashed;
    this.#ports = portsOf(options.model, place);
  }

  get ports(): readonly AdapterPort[] {
    return this.#ports;
  }

  get flashed(): string {
    return this.#flashed;
  }

  get running(): string {
    return this.#running;
  }

  get baseMac(): string {
    return this.ports[0]?.macAddress ?? '';
  }

  /** Node GUID of the first port: the MAC with `0300` in its middle, as burned at the factory. */
  get baseGuid(): string {
    const digits = this.baseMac.replaceAll(':', '');
    return `${digits.slice(0, 6)}0300${digits.slice(6)}`;
  }

  /** Something waits for a restart. */
  get pending(): boolean {
    return this.#flashed !== this.#running || this.config.list().some((parameter) => parameter.next !== parameter.current);
  }

  /** Now, by the configuration in effect. */
  linkType(port: number): 'Ethernet' | 'InfiniBand' {
    return this.model.vpi && this.config.current(`LINK_TYPE_P${port}`) === 1 ? 'InfiniBand' : 'Ethernet';
  }

  /** PCI class and subclass of a port: what decides whether ESXi's Ethernet-only driver takes it. */
  deviceClass(port: number): number {
    return this.linkType(port) === 'InfiniBand' && this.config.current('FORCE_ETH_PCI_SUBCLASS') === 0 ? 0x0207 : 0x0200;
  }

  /** Most virtual functions that the running configuration offers on each port. */
  get offeredVfs(): number {
    if (this.config.current('SRIOV_EN') === 0) {
      return 0;
    }
    // With PF_NUM_OF_VF_VALID the device-wide number is ignored.
    return this.config.current(this.config.current('PF_NUM_OF_VF_VALID') === 1 ? 'PF_NUM_OF_VF' : 'NUM_OF_VFS');
  }

  /** Another slot, or another numbering of the buses: everything but the PCI address stays. Only while the machine is off. */
  moveTo(pciAddress: string): void {
    const vmnics = this.ports.map(({ vmnic }) => vmnic);
    this.#ports = portsOf(this.model, { pciAddress, baseMac: this.baseMac, vmnics });
  }

  flash(version: string): void {
    this.#flashed = version;
  }

  /** A reset that reaches the card: the flashed image and the Next values become current. */
  reset(stuck: (parameter: string) => boolean): void {
    this.#running = this.#flashed;
    this.config.activate(stuck);
  }
}

function portsOf(model: AdapterModel, place: AdapterPlace): readonly AdapterPort[] {
  const first = parsePci(place.pciAddress);
  return Array.from({ length: model.ports }, (_, index) => {
    const pci = { ...first, function: first.function + index };
    return {
      number: index + 1,
      pci,
      address: formatPci(pci),
      macAddress: addToMac(place.baseMac, index),
      vmnic: place.vmnics[index] ?? '',
    };
  });
}

function addToMac(mac: string, offset: number): string {
  const value = Number.parseInt(mac.replaceAll(':', ''), 16) + offset;
  return (value.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
}
