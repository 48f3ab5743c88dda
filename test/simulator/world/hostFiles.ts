/** Files of a host: shared datastores below, its own uploads above. /tmp is a RAM disk that a restart empties. */

export class HostFiles {
  readonly #files = new Map<string, Uint8Array>();
  readonly #below: HostFiles | undefined;
  readonly #removed = new Set<string>();

  constructor(below?: HostFiles) {
    this.#below = below;
  }

  read(path: string): Uint8Array | undefined {
    return this.#files.get(path) ?? (this.#removed.has(path) ? undefined : this.#below?.read(path));
  }

  write(path: string, content: Uint8Array): void {
    this.#files.set(path, content);
  }

  remove(path: string): boolean {
    const existed = this.read(path) !== undefined;
    this.#files.delete(path);
    this.#removed.add(path);
    return existed;
  }

  list(): readonly string[] {
    const below = (this.#below?.list() ?? []).filter((path) => !this.#removed.has(path));
    return [...new Set([...below, ...this.#files.keys()])].sort();
  }

  clearRamDisk(): void {
    for (const path of this.#files.keys()) {
      if (path.startsWith('/tmp/')) {
        this.#files.delete(path);
      }
    }
  }
}
