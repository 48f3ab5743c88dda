/**
 * The fewest power-offs of a VM that what people ask for is worth. Shares no code with the planner that it judges: it knows nothing of
 * attachments, and sees only when people asked for something, and when vSphere was asked to change the VM.
 *
 * A VM can be changed only while it is off, and whatever is asked for by then goes into the same time off. So time falls into periods, each from
 * one wish of people to the next, and a period is worth one power-off where a change was requested in it and the VM ran when it began. More than
 * one change in a period, a repeated one, or one that was refused, is worth no more.
 */
import type { Inventory } from '../../simulator/world/inventory.ts';
import type { SimVm } from '../../simulator/world/vm.ts';

/** `asked`: people declared, deleted, annotated or edited something by hand, while the VM ran or not. `requested`: a ReconfigVM_Task came. */
export type PowerEvent = { readonly kind: 'asked'; readonly running: boolean } | { readonly kind: 'requested' };

/** Of one VM, oldest first. */
export function fewestPowerOffs(history: readonly PowerEvent[]): number {
  let worth = 0;
  let ran = false;
  for (const event of history) {
    if (event.kind === 'asked') {
      // A VM that went off since the last wish, and that nobody has changed yet, is off for that one.
      ran ||= event.running;
    } else {
      worth += ran ? 1 : 0;
      ran = false;
    }
  }
  return worth;
}

/** Writes the histories of VMs down as they happen. */
export class PowerRecorder {
  readonly #histories: ReadonlyMap<SimVm, PowerEvent[]>;
  /** Wishes that are on their way. */
  #open = 0;

  constructor(inventory: Inventory, vms: readonly SimVm[]) {
    this.#histories = new Map(vms.map((vm) => [vm, []]));
    inventory.hooks.listen((operation, vm) => {
      if (operation === 'edit') this.#ask(vm);
      if (operation === 'reconfigure') this.#histories.get(vm)?.push({ kind: 'requested' });
    });
    inventory.onPowerChange(() => {
      if (this.#open > 0) this.#askAll();
    });
  }

  /** Carries out what people ask for, which may concern each of the VMs; it counts from some moment in between. */
  async asking<T>(wish: () => Promise<T>): Promise<T> {
    this.#open += 1;
    this.#askAll();
    try {
      return await wish();
    } finally {
      this.#askAll();
      this.#open -= 1;
    }
  }

  /** Of all VMs together. */
  get bound(): number {
    return [...this.#histories.values()].reduce((sum, history) => sum + fewestPowerOffs(history), 0);
  }

  #askAll(): void {
    for (const vm of this.#histories.keys()) this.#ask(vm);
  }

  #ask(vm: SimVm): void {
    this.#histories.get(vm)?.push({ kind: 'asked', running: vm.powerState === 'poweredOn' });
  }
}
