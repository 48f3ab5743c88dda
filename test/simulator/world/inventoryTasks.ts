/** Tasks of the simulated inventory: queued, running, then success or a fault; one at a time per VM, as vSphere has it. */
import type { Clock } from './clock.ts';
import { SimFault, taskInProgress } from './vmFault.ts';

export type TaskSubject = { readonly vmNumber: number; readonly name: string } | { readonly hostId: string; readonly name: string };

export interface SimTask {
  readonly id: number;
  /** `PowerOnVM_Task`. */
  readonly method: string;
  /** `VirtualMachine.powerOn`. */
  readonly descriptionId: string;
  readonly subject: TaskSubject;
  readonly queueTime: Date;
  state: 'queued' | 'running' | 'success' | 'error';
  progress: number;
  error: SimFault | undefined;
  cancelled: boolean;
  startTime: Date | undefined;
  completeTime: Date | undefined;
}

export type TaskRequest = Pick<SimTask, 'method' | 'descriptionId' | 'subject'> & {
  /** Ends the work early; a task without it cannot be cancelled. */
  readonly cancel?: () => void;
};

const KEPT = 5000;

export class InventoryTasks {
  /** How long a task takes, in milliseconds; tests make it slow here. */
  taskMs: number;
  readonly #tasks = new Map<number, SimTask>();
  readonly #busyVms = new Set<number>();
  readonly #cancels = new Map<number, () => void>();
  readonly #clock: Clock;
  readonly #changed: (task: SimTask) => void;
  #next = 100;

  constructor(taskMs: number, clock: Clock, changed: (task: SimTask) => void) {
    this.taskMs = taskMs;
    this.#clock = clock;
    this.#changed = changed;
  }

  get(id: number): SimTask | undefined {
    return this.#tasks.get(id);
  }

  /** Tasks of one method, oldest first: what a test counts. */
  ofMethod(method: string): readonly SimTask[] {
    return [...this.#tasks.values()].filter((task) => task.method === method);
  }

  /** Throws NotSupported for a task that cannot be cancelled; one that is over stays as it is. */
  cancel(task: SimTask): void {
    const cancel = this.#cancels.get(task.id);
    if (task.state === 'success' || task.state === 'error') return;
    if (cancel === undefined) throw new SimFault('NotSupported', 'The operation is not supported on the object.');
    task.cancelled = true;
    cancel();
  }

  cancelable(task: SimTask): boolean {
    return this.#cancels.has(task.id);
  }

  /** Starts the task; `work` runs when its time has passed. Throws TaskInProgress when the VM already has one. */
  start({ cancel, ...request }: TaskRequest, work: () => void | Promise<void>): SimTask {
    const vm = 'vmNumber' in request.subject ? request.subject.vmNumber : undefined;
    if (vm !== undefined && this.#busyVms.has(vm)) {
      throw taskInProgress();
    }
    if (vm !== undefined) {
      this.#busyVms.add(vm);
    }
    this.#next += 1;
    const task: SimTask = {
      ...request,
      id: this.#next,
      queueTime: this.#time(),
      state: 'queued',
      progress: 0,
      error: undefined,
      cancelled: false,
      startTime: undefined,
      completeTime: undefined,
    };
    this.#keep(task);
    if (cancel !== undefined) this.#cancels.set(task.id, cancel);
    void this.#run(task, work).finally(() => {
      if (vm !== undefined) {
        this.#busyVms.delete(vm);
      }
      this.#cancels.delete(task.id);
      this.#changed(task);
    });
    return task;
  }

  async #run(task: SimTask, work: () => void | Promise<void>): Promise<void> {
    task.state = 'running';
    task.startTime = this.#time();
    try {
      await new Promise<void>((resolve) => this.#clock.schedule(this.taskMs, resolve));
      await work();
      task.progress = 100;
      task.state = 'success';
    } catch (error) {
      task.error = task.cancelled ? new SimFault('RequestCanceled', 'The task was canceled by a user.') : asFault(error);
      task.state = 'error';
    }
    task.completeTime = this.#time();
  }

  #time(): Date {
    return new Date(this.#clock.now());
  }

  #keep(task: SimTask): void {
    this.#tasks.set(task.id, task);
    for (const id of this.#tasks.keys()) {
      if (this.#tasks.size <= KEPT) {
        return;
      }
      this.#tasks.delete(id);
    }
  }
}

function asFault(error: unknown): SimFault {
  return error instanceof SimFault ? error : new SimFault('SystemError', `A general system error occurred: ${String(error)}`);
}
