// Jest reporter: says every so often which files still run, so that a long silence is never a puzzle.

const EVERY_MS = 30_000;

interface TestFile {
  readonly path: string;
}

export default class Heartbeat {
  readonly #running = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  onRunStart(): void {
    this.#timer = setInterval(() => this.#report(), EVERY_MS);
    this.#timer.unref();
  }

  onTestStart({ path }: TestFile): void {
    this.#running.set(path, Date.now());
  }

  onTestResult({ path }: TestFile): void {
    this.#running.delete(path);
  }

  onRunComplete(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    const files = [...this.#running].map(
      ([path, since]) => `${path.split('/test/').at(-1)} (${Math.round((Date.now() - since) / 1000)} s)`,
    );
    if (files.length > 0) process.stderr.write(`still running: ${files.join(', ')}\n`);
  }
}
