/** A simulated Linux guest: accounts, files, programs and processes, without any clock of its own. */
import { type GuestProgram, type ProgramResult, STANDARD_PROGRAMS } from './guestPrograms.ts';
import { globPattern, parseShell } from './guestText.ts';
import type { SimPort } from './simFabric.ts';

export interface SimFile {
  readonly content: string;
  readonly permissions: number;
}

export interface SimProcess {
  readonly pid: number;
  readonly name: string;
  readonly owner: string;
  readonly commandLine: string;
  /** Set when it has ended. */
  exitCode: number | undefined;
}

export interface SimAccount {
  readonly password: string;
  readonly uid: number;
}

export interface SimGuestOptions {
  /** Default: root with the password `guest-secret`. */
  readonly accounts?: Readonly<Record<string, SimAccount>>;
  /** By absolute path; beside sh, grep, id and kill. */
  readonly programs?: Readonly<Record<string, GuestProgram>>;
  readonly files?: Readonly<Record<string, string>>;
}

export const GUEST_PASSWORD = 'guest-secret';

export class SimGuest {
  readonly accounts: Map<string, SimAccount>;
  readonly programs: Map<string, GuestProgram>;
  readonly files = new Map<string, SimFile>();
  /** Command lines that were started from outside, oldest first. */
  readonly commands: string[] = [];
  /** Log-ins that were refused. */
  rejectedLogins = 0;
  /** Its InfiniBand ports; set by the fabric. */
  ports: () => readonly SimPort[] = () => [];
  readonly #processes: SimProcess[] = [];
  #lastPid = 1000;
  #lastFolder = 0;

  constructor(options: SimGuestOptions = {}) {
    this.accounts = new Map(Object.entries(options.accounts ?? { root: { password: GUEST_PASSWORD, uid: 0 } }));
    this.programs = new Map(Object.entries({ ...STANDARD_PROGRAMS, ...options.programs }));
    for (const [path, content] of Object.entries(options.files ?? {})) this.files.set(path, { content, permissions: 0o644 });
  }

  /** Undefined where the guest refuses user or password. */
  login(username: string, password: string): SimAccount | undefined {
    const account = this.accounts.get(username);
    if (account?.password === password) return account;
    this.rejectedLogins += 1;
    return undefined;
  }

  /** Files, and what sysfs shows of the ports. */
  read(path: string): string | undefined {
    return this.files.get(path)?.content ?? this.#sysfs().get(path);
  }

  /** Existing paths that fit. */
  glob(pattern: string): readonly string[] {
    const expression = globPattern(pattern);
    return [...this.files.keys(), ...this.#sysfs().keys()].filter((path) => expression.test(path)).sort();
  }

  newFolder(prefix: string): string {
    this.#lastFolder += 1;
    const path = `/tmp/${prefix}${this.#lastFolder}`;
    this.files.set(`${path}/`, { content: '', permissions: 0o700 });
    return path;
  }

  removeFolder(path: string): void {
    for (const name of [...this.files.keys()]) if (name.startsWith(`${path}/`)) this.files.delete(name);
  }

  /** As VMware Tools start a program: through a shell. Its process has ended when this returns, unless it stays. */
  start(username: string, program: string, text: string): SimProcess {
    const [command] = parseShell(`${program} ${text}`, (pattern) => this.glob(pattern));
    const words = command?.words ?? [];
    this.commands.push(words.join(' '));
    const process = this.addProcess(username, words.join(' '));
    const { exitCode, output } = this.run(username, words);
    if (command?.output !== undefined) this.files.set(command.output, { content: output, permissions: 0o644 });
    process.exitCode = exitCode;
    return process;
  }

  /** Runs words as a program of the guest. */
  run(username: string, words: readonly string[]): ProgramResult {
    const [name = '', ...args] = words;
    const path = name.startsWith('/') ? name : this.which(name);
    const program = path === undefined ? undefined : this.programs.get(path);
    if (program === undefined) return { exitCode: 127, output: `bash: ${name}: No such file or directory\n` };
    return program({ guest: this, username, args });
  }

  which(name: string): string | undefined {
    return ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].map((folder) => `${folder}/${name}`).find((path) => this.programs.has(path));
  }

  addProcess(owner: string, commandLine: string): SimProcess {
    this.#lastPid += 1;
    const program = commandLine.split(' ')[0] ?? '';
    const process = { pid: this.#lastPid, name: program.slice(program.lastIndexOf('/') + 1), owner, commandLine, exitCode: undefined };
    this.#processes.push(process);
    return process;
  }

  /** Those that run, and those that have ended. */
  processes(): readonly SimProcess[] {
    return this.#processes;
  }

  kill(pid: number): boolean {
    const process = this.#processes.find((candidate) => candidate.pid === pid && candidate.exitCode === undefined);
    if (process !== undefined) process.exitCode = 143;
    return process !== undefined;
  }

  #sysfs(): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    for (const [index, port] of this.ports().entries()) {
      const folder = `/sys/class/infiniband/mlx5_${index}/ports/1`;
      const attributes = {
        link_layer: 'InfiniBand',
        state: port.state,
        phys_state: port.physicalState,
        lid: `0x${port.lid.toString(16)}`,
        sm_lid: `0x${port.smLid.toString(16)}`,
        'gids/0': `fe80:0000:0000:0000:${port.guid.replaceAll(':', '').replace(/(.{4})(?=.)/g, '$1:')}`,
      };
      for (const [name, value] of Object.entries(attributes)) files.set(`${folder}/${name}`, `${value}\n`);
    }
    return files;
  }
}
