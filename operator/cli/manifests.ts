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

/** Objects of a file, Lists taken apart. Throws with the line on bad YAML. */
export async function readManifests(path: string, io: Pick<Io, 'readFile'>): Promise<readonly Manifest[]> {
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
  return objects.map((object) => checked(object, path));
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
