/** Debian's own opensm as a program of a simulated guest: real texts, real configuration files. It finds no port, so it manages nothing. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuestProgram } from './guestPrograms.ts';

/** Where it is, or undefined on a machine without it. */
export function findOpensm(): string | undefined {
  try {
    const path = execFileSync('/bin/sh', ['-c', 'command -v opensm'], {
      env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
      encoding: 'utf8',
    });
    return path.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Files of the guest that its arguments name are real for the time of the call, in a folder that is gone afterwards. */
export function realOpensm(program: string): GuestProgram {
  return ({ guest, args }) => {
    const folder = mkdtempSync(join(tmpdir(), 'sim-guest-'));
    try {
      const paths = new Map<string, string>();
      const real = args.map((arg, index) => {
        if (!['--create-config', '--config'].includes(args[index - 1] ?? '')) return arg;
        const path = join(folder, `file${index}`);
        const content = guest.read(arg);
        if (content !== undefined) writeFileSync(path, content);
        paths.set(arg, path);
        return path;
      });
      const log = args.includes('--config') ? ['--log_file', join(folder, 'log')] : [];
      const { status, stdout, stderr } = spawnSync(program, [...real, ...log], { encoding: 'utf8', timeout: 20_000 });
      for (const [guestPath, path] of paths) {
        if (args.includes('--create-config')) guest.files.set(guestPath, { content: readFileSync(path, 'utf8'), permissions: 0o644 });
      }
      return { exitCode: status ?? 255, output: `${stdout}${stderr}`.replaceAll(folder, '') };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
