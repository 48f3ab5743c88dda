// The CRDs of the product, as users apply them.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function productCrds(): Promise<string> {
  const folder = join(import.meta.dirname, '../../../crds');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('\n---\n');
}
