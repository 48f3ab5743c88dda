/** InfiniBand subnets over simulated guests: who is master, and which links are Active because of it. */
import type { SimGuest } from './simGuest.ts';
import { smSettings } from './simOpensm.ts';

/** A function that a guest has, cabled to a subnet. */
export interface SimFunction {
  readonly kind: 'Physical' | 'Virtual';
  /** `b8:59:9f:03:00:aa:bb:cc`. */
  readonly guid: string;
  readonly subnet: string;
}

export interface SimPort {
  readonly guid: string;
  readonly state: string;
  readonly physicalState: string;
  readonly lid: number;
  readonly smLid: number;
}

export interface SimMaster {
  readonly guid: string;
  readonly lid: number;
  readonly priority: number;
  readonly virtualization: boolean;
}

interface Member {
  readonly guest: SimGuest;
  readonly functions: () => readonly SimFunction[];
}

export class SimFabric {
  readonly #members: Member[] = [];

  /** From now on the guest sees ports for its functions, as the subnet makes them. */
  join(guest: SimGuest, functions: () => readonly SimFunction[]): void {
    this.#members.push({ guest, functions });
    guest.ports = () => functions().map((one) => this.#port(one));
  }

  /** Highest priority, then lowest GUID, as OpenSM elects (opensm(8), --priority). Only physical functions can manage. */
  masterOf(subnet: string): SimMaster | undefined {
    const candidates = this.#members.flatMap(({ guest, functions }) => {
      const ports = functions().filter(({ kind, subnet: own }) => kind === 'Physical' && own === subnet);
      return ports.flatMap(({ guid }) => {
        const settings = smSettings(guest, guid);
        return settings === undefined ? [] : [{ guid, lid: this.#lidOf(guid), ...settings }];
      });
    });
    return candidates.sort((a, b) => b.priority - a.priority || a.guid.localeCompare(b.guid))[0];
  }

  subnetOf(guid: string): string | undefined {
    return this.#functions().find((one) => one.guid === guid)?.subnet;
  }

  #functions(): readonly SimFunction[] {
    return this.#members.flatMap(({ functions }) => functions());
  }

  #lidOf(guid: string): number {
    return this.#functions().findIndex((one) => one.guid === guid) + 1;
  }

  /** Without virtualization in the Subnet Manager a virtual function's link stays down; a physical one waits for any Subnet Manager. */
  #port({ kind, guid, subnet }: SimFunction): SimPort {
    const master = this.masterOf(subnet);
    const zero = /^[0:]+$/.test(guid);
    if (master !== undefined && !zero && (kind === 'Physical' || master.virtualization)) {
      return { guid, state: '4: ACTIVE', physicalState: '5: LinkUp', lid: this.#lidOf(guid), smLid: master.lid };
    }
    if (kind === 'Physical') return { guid, state: '2: INIT', physicalState: '5: LinkUp', lid: 0, smLid: 0 };
    return { guid, state: '1: DOWN', physicalState: '3: Disabled', lid: 0xffff, smLid: 0 };
  }
}
