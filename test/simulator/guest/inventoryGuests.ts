/** The guests of an inventory's VMs: what is inside, how their InfiniBand functions are cabled, and the tickets of file transfers. */
import { randomUUID } from 'node:crypto';
import { guidOfMac } from '../../../operator/controllers/sriovHost/guid.ts';
import type { Inventory } from '../world/inventory.ts';
import type { SimVm } from '../world/vm.ts';
import type { VmDevice } from '../world/vmDevices.ts';
import { SimFabric, type SimFunction } from './simFabric.ts';
import type { SimFile, SimGuest } from './simGuest.ts';

/** A file that may be fetched or sent once. */
export interface TransferTicket {
  readonly vm: SimVm;
  readonly guest: SimGuest;
  readonly path: string;
  readonly direction: 'from' | 'to';
  readonly permissions: number;
}

/** Where an ESXi host serves file transfers. */
export interface TransferEndpoint {
  /** `host:port` */
  readonly server: string;
  readonly certPem: string;
}

export class InventoryGuests {
  readonly fabric = new SimFabric();
  readonly #inventory: Inventory;
  readonly #guests = new Map<SimVm, SimGuest>();
  readonly #cables = new Map<string, string>();
  readonly #tickets = new Map<string, TransferTicket>();
  readonly #endpoints = new Map<string, () => TransferEndpoint>();
  /** GUIDs that virtual functions come up with; default: from the MAC address of the card, as ESXi makes them. */
  guidOf: (macAddress: string) => string = (macAddress) => guidOfMac(macAddress) ?? '';

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Puts a guest into a VM; its ports follow the devices that the running VM has. */
  add(vm: SimVm, guest: SimGuest): SimGuest {
    this.#guests.set(vm, guest);
    this.fabric.join(guest, () => (vm.powerState === 'poweredOn' ? vm.devices.flatMap((device) => this.#functionOf(vm, device)) : []));
    return guest;
  }

  of(vm: SimVm): SimGuest | undefined {
    return this.#guests.get(vm);
  }

  /** The subnet that a port is cabled to; default `default`. */
  cable(hostId: string, physicalFunction: string, subnet: string): void {
    this.#cables.set(`${hostId} ${physicalFunction}`, subnet);
  }

  serve(hostId: string, endpoint: () => TransferEndpoint): void {
    this.#endpoints.set(hostId, endpoint);
  }

  endpointOf(hostId: string): TransferEndpoint | undefined {
    return this.#endpoints.get(hostId)?.();
  }

  newTicket(ticket: TransferTicket): string {
    const token = randomUUID();
    this.#tickets.set(token, ticket);
    return token;
  }

  /** "URL will become invalid once a successful GET request is sent." */
  fetch(token: string): SimFile | undefined {
    const ticket = this.#take(token, 'from');
    const content = ticket?.guest.read(ticket.path);
    return ticket === undefined || content === undefined ? undefined : { content, permissions: ticket.permissions };
  }

  send(token: string, content: string): boolean {
    const ticket = this.#take(token, 'to');
    ticket?.guest.files.set(ticket.path, { content, permissions: ticket.permissions });
    return ticket !== undefined;
  }

  #take(token: string, direction: TransferTicket['direction']): TransferTicket | undefined {
    const ticket = this.#tickets.get(token);
    if (ticket?.direction !== direction || ticket.vm.powerState !== 'poweredOn') return undefined;
    this.#tickets.delete(token);
    return ticket;
  }

  #functionOf(vm: SimVm, device: VmDevice): readonly SimFunction[] {
    const address = device.kind === 'Sriov' ? device.physicalFunction.id : device.kind === 'Passthrough' ? device.backing.id : undefined;
    const found = this.#inventory.host(vm.hostId)?.view.physicalFunctions.find((one) => one.address === address);
    if (address === undefined || found?.linkType !== 'InfiniBand') return [];
    const subnet = this.#cables.get(`${vm.hostId} ${address}`) ?? 'default';
    if (device.kind !== 'Sriov') return [{ kind: 'Physical', guid: burnedInGuid(found.macAddress), subnet }];
    return device.virtualFunction === undefined ? [] : [{ kind: 'Virtual', guid: this.guidOf(device.macAddress), subnet }];
  }
}

/** Adapters have 03:00 where the rule for virtual functions has ff:fe. */
function burnedInGuid(macAddress: string): string {
  return (guidOfMac(macAddress) ?? '').replace('ff:fe', '03:00');
}
