/** The demo's objects as files, the way a user keeps them in Git: templates with placeholders, filled in for the simulated hosts. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../support/lab/lab.ts';
import type { RunningHost, Values } from './addDemoHosts.ts';

const templates = join(import.meta.dirname, 'objects');

/** Of all objects. */
export const NAMESPACE = 'demo';

/** Where a template lies, for people. */
export const TEMPLATE_FOLDER = 'test/demo/objects';

/**
 * Replaces every `${NAME}`. The templates put text between double quotes, so a value is escaped for YAML there.
 * Throws for a placeholder without a value, naming it.
 */
export function fillIn(template: string, values: Values): string {
  return template.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === '')
      throw new Error(`placeholder ${name} has no value; those known are ${Object.keys(values).join(', ')}`);
    return JSON.stringify(value).slice(1, -1);
  });
}

export interface SampleFile {
  readonly name: string;
  /** Of the filled-in copy. */
  readonly path: string;
  readonly text: string;
}

/** Writes the filled-in copies, in the order to apply them; readable only by the user, since Secrets are among the objects. */
export async function writeSamples(folder: string, hosts: readonly RunningHost[]): Promise<readonly SampleFile[]> {
  await mkdir(folder, { mode: 0o700 });
  const wanted = hosts.flatMap(({ demo, values }) => demo.objects.map((name) => ({ name, values })));
  return await Promise.all([{ name: 'namespace.yaml', values: {} }, ...wanted].map((sample) => writeSample(folder, sample)));
}

async function writeSample(folder: string, { name, values }: { readonly name: string; readonly values: Values }): Promise<SampleFile> {
  const path = join(folder, name);
  const text = fillIn(await readFile(join(templates, name), 'utf8'), values);
  await writeFile(path, text, { mode: 0o600 });
  return { name, path, text };
}

/** As a user applies them. Throws with what kubectl said when that fails. */
export async function applySamples(lab: Lab, files: readonly SampleFile[]): Promise<void> {
  const { code, stderr } = await lab.api.kubectl(['apply', '--server-side', ...files.flatMap(({ path }) => ['-f', path])]);
  if (code !== 0) throw new Error(`kubectl apply failed: ${stderr.trim()}`);
}

/** The file without its Secrets, to be shown. */
export function withoutSecrets(yaml: string): string {
  return yaml
    .split(/^---\n/m)
    .filter((document) => !/^kind: Secret$/m.test(document))
    .join('---\n')
    .trim();
}
