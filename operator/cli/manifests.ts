/** YAML files with several objects, ours among them. */
import { parseAllDocuments } from 'yaml';
import { GROUP } from '../api/group.ts';
import { CliError, textOfError } from './exit.ts';
import type { Io } from './io.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
}

type Files = Pick<Io, 'readFile' | 'listFolder'>;

/** Objects of all files, Lists taken apart; of a folder the .yaml, .yml and .json files in it. Throws with the line on bad YAML. */
export async function readManifests(paths: readonly string[], io: Files): Promise<readonly Manifest[]> {
  const objects: Manifest[] = [];
  for (const path of await filesOf(paths, io)) objects.push(...(await readFile(path, io)));
  return objects;
}

/** In the order given; what is in a folder sorted. */
async function filesOf(paths: readonly string[], io: Files): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const inside = path === '-' ? undefined : await folderOf(path, io);
    if (inside === undefined) {
      files.push(path);
      continue;
    }
    const manifests = inside.filter((file) => /\.(ya?ml|json)$/i.test(file));
    if (manifests.length === 0) throw new CliError(`${path} is a folder without .yaml, .yml or .json files`);
    files.push(...manifests);
  }
  return files;
}

async function folderOf(path: string, io: Files): Promise<readonly string[] | undefined> {
  try {
    return await io.listFolder(path);
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${textOfError(error)}`, { cause: error });
  }
}

async function readFile(path: string, io: Files): Promise<readonly Manifest[]> {
  let text: string;
  try {
    text = await io.readFile(path);
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${textOfError(error)}`, { cause: error });
  }
  const documents = parseAllDocuments(text);
  const objects = (Array.isArray(documents) ? documents : []).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new CliError(`${path} is not YAML: ${error.message}`, { cause: error });
    return flatten(document.toJS());
  });
  return objects.filter((object) => !isKustomization(object)).map((object) => checked(object, path));
}

/** A folder of manifests is often a Kustomize base: that file is no object, and has no name. */
function isKustomization(value: unknown): boolean {
  const { apiVersion } = (typeof value === 'object' && value !== null ? value : {}) as { readonly apiVersion?: unknown };
  return typeof apiVersion === 'string' && apiVersion.startsWith('kustomize.config.k8s.io/');
}

function flatten(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  const list = value as { readonly kind?: unknown; readonly items?: unknown };
  return list.kind === 'List' && Array.isArray(list.items) ? list.items.flatMap(flatten) : [value];
}

function checked(value: unknown, path: string): Manifest {
  const { apiVersion, kind, metadata } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Manifest>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') throw new CliError(`${path}: an object has no apiVersion and kind`);
  if (typeof metadata?.name !== 'string') throw new CliError(`${path}: an object of kind ${kind} has no metadata.name`);
  return value as Manifest;
}

export function isOurs({ apiVersion }: Manifest): boolean {
  return apiVersion.startsWith(`${GROUP}/`);
}
