// A client that is not ours against the simulated sshd: OpenSSH's ssh.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import ssh2 from 'ssh2';
import type { SimHost } from '../../simulator/fleet.ts';
import { sharedHostKey } from '../../simulator/ssh/hostKeys.ts';
import { testFleet } from './support/fleet.ts';

const addHost = await testFleet();
const installed = clientVersion();
const folder = mkdtempSync(join(tmpdir(), 'simulated-sshd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function clientVersion(): boolean {
  try {
    execFileSync('ssh', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function keyFile(kind: 'ecdsa' | 'rsa' | 'ed25519'): { readonly path: string; readonly publicKey: string } {
  const pair = generate(kind);
  const path = join(folder, kind);
  writeFileSync(path, pair.private, { mode: 0o600 });
  return { path, publicKey: pair.public };
}

function generate(kind: 'ecdsa' | 'rsa' | 'ed25519') {
  switch (kind) {
    case 'ecdsa':
      return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
    case 'rsa':
      return ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
    case 'ed25519':
      return ssh2.utils.generateKeyPairSync('ed25519');
  }
}

function ssh(sim: SimHost, identity: string, command: string, stdin = ''): Promise<Outcome> {
  const knownHosts = join(folder, `known_hosts-${sim.ssh.port}`);
  writeFileSync(knownHosts, `[${sim.ssh.address}]:${sim.ssh.port} ${sharedHostKey().publicKey}\n`);
  const options = [
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
    'BatchMode=yes',
    'LogLevel=ERROR',
  ];
  const args = [
    '-F',
    'none',
    ...options.flatMap((option) => ['-o', option]),
    '-i',
    identity,
    '-p',
    String(sim.ssh.port),
    `root@${sim.ssh.address}`,
    command,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', args, { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(stdin);
  });
}

(installed ? describe : describe.skip)(`OpenSSH client${installed ? '' : ' (skipped: no ssh on this machine)'}`, () => {
  it.each([{ kind: 'ecdsa' as const }, { kind: 'rsa' as const }])('logs in with an $kind key and runs a command', async ({ kind }) => {
    const { path, publicKey } = keyFile(kind);
    const { sim } = await addHost({ authorizedKeys: [publicKey] });
    expect(await ssh(sim, path, 'esxcli system maintenanceMode get')).toEqual({ code: 0, stdout: 'Disabled\n', stderr: '' });
  });

  it('is refused with an Ed25519 key, authorized or not (FIPS)', async () => {
    const { path, publicKey } = keyFile('ed25519');
    const { sim } = await addHost({ authorizedKeys: [publicKey] });
    expect(await ssh(sim, path, 'true')).toMatchObject({ code: 255, stderr: expect.stringContaining('Permission denied') });
  });

  it('is refused with a key that is not authorized', async () => {
    const { path } = keyFile('ecdsa');
    const { sim } = await addHost();
    expect(await ssh(sim, path, 'true')).toMatchObject({ code: 255 });
    expect(sim.world.counters.commands).toEqual([]);
  });

  it('gets exit codes, standard error and standard input across', async () => {
    const { path, publicKey } = keyFile('ecdsa');
    const { sim } = await addHost({ authorizedKeys: [publicKey] });
    expect(await ssh(sim, path, 'nothing')).toEqual({ code: 127, stdout: '', stderr: 'sh: nothing: not found\n' });
    expect(await ssh(sim, path, 'cat > /tmp/a && cat /tmp/a', 'hello')).toEqual({ code: 0, stdout: 'hello', stderr: '' });
  });
});
