/** How documentation.test.ts reads pages and code. */
import { join } from 'node:path';
import type { ReasonEntry } from '../../../operator/api/reasons/entry.ts';
import { ROOT, type SourceFile } from './sourceFiles.ts';

/** The first group of every match, each once. */
export function documentedNames(page: string, pattern: RegExp): readonly string[] {
  return [...new Set([...page.matchAll(pattern)].flatMap((match) => match[1] ?? []))];
}

export function missingAndExtra(listed: readonly string[], real: readonly string[]): { missing: string[]; extra: string[] } {
  return {
    missing: real.filter((name) => !listed.includes(name)),
    extra: listed.filter((name) => !real.includes(name)),
  };
}

/** Keys of annotations, labels and finalizers in our domain. */
export function sriovKeys(page: string): readonly string[] {
  return [...page.matchAll(/(?<![\w./-])sriov\.esxi\.io\/([a-z0-9]+)/g)].map((match) => match[0]);
}

const METRICS = /^export const ((?:\w+_)?METRICS)\b/m;

/** Names in every `export const METRICS` (or `..._METRICS`), a list of `{ name }`. */
export async function metricNames(files: readonly SourceFile[]): Promise<readonly string[]> {
  const lists = files.map(async ({ path, text }) => {
    const name = METRICS.exec(text)?.[1];
    if (name === undefined) return [];
    const module = (await import(join(ROOT, path))) as Readonly<Record<string, readonly { readonly name: string }[]>>;
    return module[name] ?? [];
  });
  return (await Promise.all(lists)).flat().map(({ name }) => name);
}

/** Reasons that stand nowhere but in the table: what nobody can say must not be documented. */
export function unusedReasons(reasons: readonly ReasonEntry[], files: readonly SourceFile[]): readonly string[] {
  return reasons.flatMap((entry) =>
    entry.kinds
      .filter((kind) => !files.some((file) => saysFor(kind, file) && new RegExp(`['"\`]${entry.reason}['"\`]`).test(file.text)))
      .map((kind) => `${kind}: ${entry.reason}`),
  );
}

const OTHER = { SriovHost: 'operator/controllers/sriovVmAttachment/', SriovVmAttachment: 'operator/controllers/sriovHost/' };

/** Whether a word in this file can end in a condition of this kind. */
function saysFor(kind: 'SriovHost' | 'SriovVmAttachment', { path }: SourceFile): boolean {
  const table = path.startsWith('operator/api/') && !path.endsWith('/portErrorReasons.ts');
  return !table && !path.startsWith(OTHER[kind]) && !path.startsWith('operator/ports/');
}
