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
  startTime: Date | undefined;
  completeTime: Date | undefined;
}

export type TaskRequest = Pick<SimTask, 'method' | 'descriptionId' | 'subject'>;

const KEPT = 5000;

export class InventoryTasks {
  /** How long a task takes, in milliseconds; tests make it slow here. */
  taskMs: number;
  readonly #tasks = new Map<number, SimTask>();
  readonly #busyVms = new Set<number>();
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

  /** Starts the task; `work` runs when its time has passed. Throws TaskInProgress when the VM already has one. */
  start(request: TaskRequest, work: () => void | Promise<void>): SimTask {
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
      startTime: undefined,
      completeTime: undefined,
    };
    this.#keep(task);
    void this.#run(task, work).finally(() => {
      if (vm !== undefined) {
        this.#busyVms.delete(vm);
      }
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
      task.error = error instanceof SimFault ? error : new SimFault('SystemError', `A general system error occurred: ${String(error)}`);
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
