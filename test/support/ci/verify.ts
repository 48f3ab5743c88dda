// `npm run verify`: what must hold before a commit. Generated files are current, types and lint are clean, unit tests pass.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Where generated files are; hand-written neighbours do no harm. */
const GENERATED_IN = ['crds', 'charts', 'docs'];

const STEPS: readonly { readonly script: string; readonly writes: boolean }[] = [
  { script: 'generate', writes: true },
  { script: 'typecheck', writes: false },
  { script: 'lint', writes: false },
  { script: 'test:unit', writes: false },
];

process.exitCode = verify();

function verify(): number {
  for (const { script, writes } of STEPS) {
    process.stdout.write(`\n== npm run ${script}\n`);
    const before = writes ? digests() : undefined;
    const { status } = spawnSync('npm', ['run', '--silent', script], { cwd: root, stdio: 'inherit' });
    if (status !== 0) {
      process.stdout.write(`npm run ${script} failed\n`);
      return 1;
    }
    const changed = before === undefined ? [] : difference(before, digests());
    if (changed.length > 0) {
      process.stdout.write(`generated files were not current and have been written; commit them:\n${changed.join('\n')}\n`);
      return 1;
    }
  }
  process.stdout.write('\nverified\n');
  return 0;
}

function digests(): ReadonlyMap<string, string> {
  const files = GENERATED_IN.flatMap((folder) => filesBelow(join(root, folder)));
  return new Map(files.map((file) => [relative(root, file), createHash('sha256').update(readFileSync(file)).digest('hex')]));
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)).sort();
}
