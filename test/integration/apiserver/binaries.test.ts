// Where the API server's binaries come from: the archive is believed only with the published hash, and one process works at a time.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chooseRelease, downloadEnvtest } from '../../support/apiserver/download.ts';
import { withFileLock } from '../../support/apiserver/fileLock.ts';

const PLATFORM = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
let folder = '';
let server: Server;
let base = '';
let files: Record<string, Buffer>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'binaries-'));
  files = {};
  server = createServer((request, response) => {
    const body = files[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** An index with one archive whose three binaries are shell scripts. */
async function publish(hash?: string): Promise<string> {
  const content = join(folder, 'made', 'controller-tools', 'envtest');
  await mkdir(content, { recursive: true });
  for (const name of ['kube-apiserver', 'etcd', 'kubectl'])
    await writeFile(join(content, name), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
  execFileSync('tar', ['-czf', join(folder, 'a.tgz'), '-C', join(folder, 'made'), 'controller-tools']);
  const archive = await readFile(join(folder, 'a.tgz'));
  files['/a.tgz'] = archive;
  const sha512 = hash ?? createHash('sha512').update(archive).digest('hex');
  files['/index.yaml'] = Buffer.from(index({ 'v1.37.1': [`${base}/a.tgz`, sha512] }));
  return `${base}/index.yaml`;
}

function index(releases: Readonly<Record<string, readonly [url: string, hash: string]>>): string {
  const entries = Object.entries(releases).map(([version, [selfLink, hash]]) => [
    version,
    { [`envtest-${version}-${PLATFORM}.tar.gz`]: { hash, selfLink } },
  ]);
  return JSON.stringify({ releases: Object.fromEntries(entries) });
}

async function download(indexUrl: string): Promise<{ readonly ok: boolean; readonly lines: string }> {
  const target = join(folder, 'target');
  await mkdir(target, { recursive: true });
  const lines: string[] = [];
  const ok = await downloadEnvtest({ folder: target, kubernetes: 'v1.37.2', indexUrl, onProgress: (line) => lines.push(line) });
  return { ok, lines: lines.join('\n') };
}

describe('the envtest archive', () => {
  it('is unpacked when its hash is the published one', async () => {
    expect((await download(await publish())).ok).toBe(true);
    expect(execFileSync(join(folder, 'target', 'etcd')).toString()).toBe('etcd\n');
  });

  it('is refused when its hash is another, and nothing of it is unpacked', async () => {
    const { ok, lines } = await download(await publish('0'.repeat(128)));
    expect({ ok, told: lines.includes('SHA-512') }).toEqual({ ok: false, told: true });
    await expect(readFile(join(folder, 'target', 'etcd'))).rejects.toThrow('ENOENT');
  });

  it.each([
    { why: 'there is no index', path: '/none.yaml' },
    { why: 'nobody listens', path: undefined },
  ])('is done without when $why', async ({ path }) => {
    expect((await download(path === undefined ? 'http://127.0.0.1:1/x' : `${base}${path}`)).ok).toBe(false);
  });

  it.each([
    { why: 'the newest patch of the same minor', releases: ['v1.37.0', 'v1.37.10', 'v1.37.9'], chosen: 'v1.37.10' },
    { why: 'no other minor', releases: ['v1.36.9', 'v1.38.0', 'v1.3.7'], chosen: undefined },
    { why: 'no pre-release', releases: ['v1.37.0-rc.1'], chosen: undefined },
  ])('is $why', ({ releases, chosen }) => {
    const text = index(Object.fromEntries(releases.map((version) => [version, [version, 'hash'] as const])));
    expect(chooseRelease(text, 'v1.37.2')?.url).toBe(chosen);
  });
});

describe('the lock', () => {
  it('lets one work at a time', async () => {
    let working = 0;
    let most = 0;
    const work = () =>
      withFileLock(
        join(folder, 'lock'),
        () => undefined,
        async () => {
          working += 1;
          most = Math.max(most, working);
          await new Promise((resolve) => setTimeout(resolve, 20));
          working -= 1;
        },
      );
    await Promise.all([work(), work(), work()]);
    expect(most).toBe(1);
  });

  it('is free again after a failure, and after its holder died', async () => {
    const path = join(folder, 'lock');
    await expect(
      withFileLock(
        path,
        () => undefined,
        () => Promise.reject(new Error('no')),
      ),
    ).rejects.toThrow('no');
    await writeFile(path, '');
    const long = new Date(Date.now() - 60_000);
    await utimes(path, long, long);
    expect(
      await withFileLock(
        path,
        () => undefined,
        async () => 'done',
      ),
    ).toBe('done');
  });
});
