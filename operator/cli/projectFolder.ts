/** Where the plugin is: the checkout, or the folder that a release was unpacked to. Its version and the CRDs are there. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder above this code with a package.json. Throws where somebody has torn the plugin apart. */
export function projectFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`there is no package.json above ${import.meta.dirname}; install the plugin again`);
  }
}
