/** Ways in which an endpoint can be told to go wrong, for a method (or all), permanently or a number of times. */
import type { SimFault } from '../world/vmFault.ts';

interface Common {
  /** Methods concerned; default: all. */
  readonly method?: RegExp;
  /** How often it happens; default: for ever. */
  readonly times?: number;
}

export type SoapMisbehaviour = Common &
  /** The connection breaks before the call has any effect. */
  (
    | { readonly kind: 'dropBefore' }
    /** The call takes effect, its answer never arrives. */
    | { readonly kind: 'dropAfter' }
    /** NoPermission with this privilege, for example `VirtualMachine.Config.Resource`. */
    | { readonly kind: 'denied'; readonly privilegeId: string }
    /** Any other fault, for example RestrictedVersion of a host with a free licence. */
    | { readonly kind: 'refuse'; readonly fault: SimFault }
    | { readonly kind: 'slow'; readonly milliseconds: number }
    /** A proxy in front, or hostd not up yet: no SOAP at all. */
    | { readonly kind: 'httpError'; readonly status: number }
  );

type Kind = SoapMisbehaviour['kind'];

export class SoapMisbehaviours {
  #entries: { readonly what: SoapMisbehaviour; left: number }[] = [];

  add(what: SoapMisbehaviour): void {
    this.#entries.push({ what, left: what.times ?? Number.POSITIVE_INFINITY });
  }

  /** Whether the account lacks this privilege for some method: told without using the misbehaviour up. */
  lacks(privilegeId: string): boolean {
    return this.#entries.some(({ what }) => what.kind === 'denied' && what.privilegeId === privilegeId);
  }

  remove(kind: Kind): void {
    this.#entries = this.#entries.filter(({ what }) => what.kind !== kind);
  }

  /** Uses it up once: the caller is about to misbehave. */
  take<K extends Kind>(kind: K, method: string): Extract<SoapMisbehaviour, { readonly kind: K }> | undefined {
    const entry = this.#entries.find(({ what }) => what.kind === kind && (what.method?.test(method) ?? true));
    if (entry === undefined) {
      return undefined;
    }
    entry.left -= 1;
    if (entry.left <= 0) {
      this.#entries = this.#entries.filter((other) => other !== entry);
    }
    return entry.what as Extract<SoapMisbehaviour, { readonly kind: K }>;
  }
}
