/** Things that happen to a VM at the worst moment: once, right before an operation on it takes effect. */
import type { SimVm } from './vm.ts';

export type VmOperation = 'reconfigure' | 'relocate' | 'powerOn' | 'powerOff' | 'shutdownGuest';

interface Hook {
  readonly operation: VmOperation;
  readonly vm: SimVm | undefined;
  readonly action: (vm: SimVm) => void;
}

type Listener = (operation: VmOperation | 'edit', vm: SimVm) => void;

export class InventoryHooks {
  #hooks: Hook[] = [];
  readonly #listeners = new Set<Listener>();

  /** Told of every operation as it is asked for, whatever comes of it, and of every edit by hand. Returns an unsubscribe. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  edited(vm: SimVm): void {
    for (const listener of this.#listeners) listener('edit', vm);
  }

  /**
   * Runs `action` once before the next such operation, of this VM or of any. It may change the VM (somebody else's edit,
   * somebody powering it on) or throw a SimFault, which then is the operation's result.
   */
  beforeNext(operation: VmOperation, action: (vm: SimVm) => void, vm?: SimVm): void {
    this.#hooks.push({ operation, vm, action });
  }

  run(operation: VmOperation, vm: SimVm): void {
    for (const listener of this.#listeners) listener(operation, vm);
    const due = this.#hooks.filter((hook) => hook.operation === operation && (hook.vm === undefined || hook.vm === vm));
    this.#hooks = this.#hooks.filter((hook) => !due.includes(hook));
    for (const hook of due) {
      hook.action(vm);
    }
  }
}
