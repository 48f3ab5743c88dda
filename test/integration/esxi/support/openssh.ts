/** A real OpenSSH server as a process of the tests' own, set up like the sshd of ESXi 8.0.2. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestKey } from './keys.ts';

export const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));
export const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));

export interface OpenSsh {
  readonly port: number;
  readonly username: string;
  /** A directory of the test's own; `bin` below it is on the PATH of commands. */
  readonly folder: string;
  /** Puts a shell script on the PATH of commands. */
  script(name: string, body: string): string;
  log(): string;
  stop(): Promise<void>;
}

export interface OpenSshOptions {
  readonly hostKeys: readonly TestKey[];
  readonly clientKeys: readonly TestKey[];
}

/** Listed as ESXi 8.0.2 lists them in its sshd_config; fipsmode is a patch of VMware's. */
const ESXI_CONFIG = [
  'HostKeyAlgorithms ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-256,rsa-sha2-512',
  'KexAlgorithms ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512',
  'Ciphers aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr',
  'MACs hmac-sha2-256,hmac-sha2-512',
  'PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-256,rsa-sha2-512',
  'MaxSessions 1',
  'MaxStartups 10:30:100',
  'AllowTcpForwarding no',
  'PasswordAuthentication no',
  'UsePAM no',
  'PermitRootLogin yes',
  'StrictModes no',
];

export async function startOpenSsh({ hostKeys, clientKeys }: OpenSshOptions): Promise<OpenSsh> {
  if (SSHD === undefined) throw new Error('no sshd');
  const folder = mkdtempSync(join(tmpdir(), 'esxi-sshd-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // sshd started by root insists on its privilege separation directory.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const keyFiles = hostKeys.map((key, index) => {
    const file = join(folder, `host_key_${index}`);
    writeFileSync(file, key.privateKey, { mode: 0o600 });
    return file;
  });
  writeFileSync(join(folder, 'authorized_keys'), clientKeys.map((key) => `${key.publicLine}\n`).join(''));
  const port = await freePort();
  const config = [
    ...ESXI_CONFIG,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `PidFile ${join(folder, 'pid')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `SetEnv PATH=${bin}:/usr/bin:/bin`,
    ...keyFiles.map((file) => `HostKey ${file}`),
    // ESXi's shell is a busybox ash.
    ...(BUSYBOX === undefined ? [] : [`ForceCommand exec ${BUSYBOX} ash -c "$SSH_ORIGINAL_COMMAND"`]),
  ];
  writeFileSync(join(folder, 'sshd_config'), `${config.join('\n')}\n`);
  execFileSync(SSHD, ['-t', '-f', join(folder, 'sshd_config')]);
  const process = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  await listening(process, log);
  return {
    port,
    username: userInfo().username,
    folder,
    script: (name, body) => {
      const file = join(bin, name);
      writeFileSync(file, `#!/bin/sh\n${body}\n`);
      chmodSync(file, 0o755);
      return file;
    },
    log: () => log.join(''),
    stop: async () => {
      const ended = once(process, 'exit');
      process.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listening(process: ChildProcess, log: string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  process.stderr?.on('data', (chunk: Buffer) => {
    log.push(chunk.toString());
    if (log.join('').includes('Server listening')) resolve();
  });
  process.once('exit', () => reject(new Error(`sshd ended: ${log.join('')}`)));
  await promise;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
