/** Ways in which a simulated host can be told to go wrong, permanently or a number of times. */

interface Times {
  /** How often it happens; default: for ever. */
  readonly times?: number;
}

export type Misbehaviour = Times &
  (
    | { readonly kind: 'rebootDoesNotComeBack' }
    /** mlxconfig says "reboot", but the warm reboot activates nothing. */
    | { readonly kind: 'warmRebootNotEnough' }
    /** Neither a warm nor a cold restart makes these parameters current; default: all. */
    | { readonly kind: 'settingNeverActivates'; readonly parameters?: readonly string[] }
    | { readonly kind: 'burnFailsHalfWay' }
    /** The connection breaks; the command has not run. */
    | { readonly kind: 'dropConnectionBefore'; readonly command: RegExp }
    /** The connection breaks once the command has begun; it goes on without anybody who waits for it. */
    | { readonly kind: 'dropConnectionDuring'; readonly command: RegExp }
    /** The command has taken effect; its answer never arrives. */
    | { readonly kind: 'dropConnectionAfter'; readonly command: RegExp }
    /** Each command takes so much longer. */
    | { readonly kind: 'slow'; readonly milliseconds: number }
    /** `adapter` = PCI address of any of its ports; default: every adapter. `queryToo`: mlxconfig cannot even read it. */
    | { readonly kind: 'deviceBusy'; readonly adapter?: string; readonly queryToo?: boolean }
    | { readonly kind: 'accountLocked' }
    | { readonly kind: 'sshServiceNotStartedAfterReboot' }
    /** `error` as in esximage, for example `DependencyError`. */
    | { readonly kind: 'vibInstallFails'; readonly error: string; readonly lines?: readonly string[] }
    | { readonly kind: 'hostdNotReady'; readonly milliseconds: number }
    | { readonly kind: 'lockdown' }
    /** A second channel on one connection is refused (STIG: MaxSessions 1). */
    | { readonly kind: 'maxSessions1' }
    /** The driver creates no more than this for each function; at every boot until removed. */
    | { readonly kind: 'fewerVfsThanAsked'; readonly most: number }
    /** The staged image is dropped at boot: the host starts from the previous boot bank (KB 306902). */
    | { readonly kind: 'bootbankReverts' }
    /** A clean shutdown to off begins and never ends: only a power cut helps. */
    | { readonly kind: 'cleanShutdownHangs' }
    /** POST drops what was staged for the BIOS. */
    | { readonly kind: 'biosIgnoresStaged' }
    /** A boot forgets which functions are passed through (reported of ESXi 7). */
    | { readonly kind: 'passthroughOffAfterBoot' }
    /** MFT has no device for a function that is passed through. */
    | { readonly kind: 'passthroughHidesMst' }
  );

export type MisbehaviourKind = Misbehaviour['kind'];
type Of<K extends MisbehaviourKind> = Extract<Misbehaviour, { readonly kind: K }>;

interface Entry {
  readonly misbehaviour: Misbehaviour;
  left: number;
}

export class Misbehaviours {
  #entries: Entry[] = [];

  add(misbehaviour: Misbehaviour): void {
    this.#entries.push({ misbehaviour, left: misbehaviour.times ?? Number.POSITIVE_INFINITY });
  }

  remove(kind: MisbehaviourKind): void {
    this.#entries = this.#entries.filter((entry) => entry.misbehaviour.kind !== kind);
  }

  /** Looks without using it up. */
  active<K extends MisbehaviourKind>(kind: K): Of<K> | undefined {
    return this.#find(kind, () => true)?.misbehaviour as Of<K> | undefined;
  }

  /** Uses it up once: the caller is about to misbehave. */
  take<K extends MisbehaviourKind>(kind: K, matches: (misbehaviour: Of<K>) => boolean = () => true): Of<K> | undefined {
    const entry = this.#find(kind, (misbehaviour) => matches(misbehaviour as Of<K>));
    if (entry === undefined) {
      return undefined;
    }
    entry.left -= 1;
    if (entry.left <= 0) {
      this.#entries = this.#entries.filter((other) => other !== entry);
    }
    return entry.misbehaviour as Of<K>;
  }

  #find(kind: MisbehaviourKind, matches: (misbehaviour: Misbehaviour) => boolean): Entry | undefined {
    return this.#entries.find((entry) => entry.misbehaviour.kind === kind && matches(entry.misbehaviour));
  }
}
