#!/usr/bin/env node
// `kubectl sriov`: finds a Node that runs TypeScript, and starts the plugin with it.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// From this release on Node strips types without a flag and the API clients run.
const LEAST = [22, 19];
const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const entry = join(here, 'main.ts');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) {
  // Compiled code is kept for the next start, which then takes half the time. NODE_DISABLE_COMPILE_CACHE=1 switches it off.
  module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubectl-sriov'));
  await import(pathToFileURL(entry).href);
} else {
  // The project pins a Node of its own among its packages.
  const pinned = join(here, '../../node_modules/node/bin/node');
  if (existsSync(pinned)) {
    const { status } = spawnSync(pinned, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
    process.exitCode = status ?? 2;
  } else {
    process.stderr.write(`error: kubectl-sriov needs Node ${LEAST.join('.')} or later, this is ${process.versions.node}\n`);
    process.exitCode = 2;
  }
}
