/** Which plugin this is, from the package that it is part of. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Versions } from './bundle/files.ts';
import { projectFolder } from './projectFolder.ts';

export async function versions(): Promise<Versions> {
  const { version = 'unknown' } = JSON.parse(await readFile(join(projectFolder(), 'package.json'), 'utf8')) as {
    readonly version?: string;
  };
  return { plugin: version, node: process.versions.node };
}
