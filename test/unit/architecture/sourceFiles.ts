/** The source files of the project, and what they import. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** True only for `import type`: with verbatim module syntax everything else is loaded at run time. */
  readonly typeOnly: boolean;
  /** A path from the root of the repository for files of ours, else the name of the package or `node:` module. */
  readonly target: string;
}

/** Every file below these folders with one of the extensions; folders that do not exist have none. */
export function sourceFiles(folders: readonly string[], extensions: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) => filesBelow(join(ROOT, folder)))
    .filter((path) => extensions.some((extension) => path.endsWith(extension)))
    .map((path) => ({ path: relative(ROOT, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (entry.name === 'node_modules') return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export function importsOf(file: SourceFile): readonly Import[] {
  const fixed = [...file.text.matchAll(STATIC)].map((match) => ({ typeOnly: match[1] !== undefined, target: target(file, match[2]) }));
  const dynamic = [...withoutComments(file.text).matchAll(DYNAMIC)].map((match) => ({ typeOnly: false, target: target(file, match[1]) }));
  return [...fixed, ...dynamic];
}

function target(file: SourceFile, specifier = ''): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(ROOT, resolve(ROOT, file.path, '..', specifier)).replaceAll('\\', '/');
}

/** `@scope/name/deep` -> `@scope/name`; undefined for our own files and for modules of Node. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('node:') || specifier.endsWith('.ts')) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The code without comments: they may name what the code must not do. A `//` after a colon belongs to an address. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}
