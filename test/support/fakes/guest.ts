/** The Guest port straight on a simulated guest, without vSphere. */
import { PortError } from '../../../operator/ports/errors.ts';
import type { Guest, GuestCommand, GuestCredentials, GuestFile, GuestProcess, GuestResult } from '../../../operator/ports/guest.ts';
import { quoteForGuest } from '../../../operator/vsphere/guestQuote.ts';
import type { SimGuest } from '../../simulator/guest/simGuest.ts';

export interface FakeGuestOptions {
  readonly guest: SimGuest | undefined;
  readonly credentials: GuestCredentials;
  /** Called before each call; may throw. */
  readonly onCall?: (what: string) => void;
  /** Called after each write that took effect; may throw, as a crash of the operator does. */
  readonly afterWrite?: (what: string) => void;
}

export class FakeGuest implements Guest {
  readonly #options: FakeGuestOptions;

  constructor(options: FakeGuestOptions) {
    this.#options = options;
  }

  async run({ program, args }: GuestCommand): Promise<GuestResult> {
    const guest = this.#enter(`run ${[program, ...args].join(' ')}`);
    const output = '/tmp/fake-output';
    const { exitCode } = guest.start(this.#options.credentials.username, program, `${args.map(quoteForGuest).join(' ')} > ${output} 2>&1`);
    const text = guest.read(output) ?? '';
    guest.files.delete(output);
    if (program === '/bin/mv' || /systemctl (?!show)|--daemon|kill /.test(args.join(' ')))
      this.#options.afterWrite?.(`run ${args.join(' ')}`);
    return { exitCode: exitCode ?? 0, output: text };
  }

  async processes(): Promise<readonly GuestProcess[]> {
    const running = this.#enter('processes')
      .processes()
      .filter(({ exitCode }) => exitCode === undefined);
    return running.map(({ pid, name, commandLine }) => ({ pid, name, commandLine }));
  }

  async readFile(path: string): Promise<GuestFile | undefined> {
    return this.#enter(`read ${path}`).files.get(path);
  }

  async writeFile(path: string, { content, permissions }: GuestFile): Promise<void> {
    this.#enter(`write ${path}`).files.set(path, { content, permissions });
    this.#options.afterWrite?.(`write ${path}`);
  }

  async inTemporaryFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
    const guest = this.#enter('folder');
    const path = guest.newFolder('fake-');
    try {
      return await work(path);
    } finally {
      guest.removeFolder(path);
    }
  }

  #enter(what: string): SimGuest {
    const { guest, credentials, onCall } = this.#options;
    onCall?.(what);
    if (guest === undefined) throw new PortError('GuestUnavailable', 'no guest answers');
    if (guest.login(credentials.username, credentials.password) === undefined) {
      throw new PortError('GuestCredentialsRejected', 'the guest refused the log-in', { detail: { fault: 'InvalidGuestLogin' } });
    }
    return guest;
  }
}
