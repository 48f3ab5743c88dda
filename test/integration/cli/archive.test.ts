/** The plugin as it is released: one archive that needs Node and nothing else. */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { pluginArchive } from '../../support/release/pluginArchive.ts';
import { hostSpec } from '../../support/world/hostSpec.ts';

let folder: string;
let files: readonly string[];

/** Runs a program in an environment without the packages of this project. */
async function run(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const env = { PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter), HOME: folder };
  return await new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
  files = await pluginArchive({ folder, baseUrl: 'https://releases.example.com/' });
  expect((await run('tar', ['-xzf', join(folder, files[0] ?? ''), '-C', folder])).code).toBe(0);
  // As Krew does: a link in a folder on the path.
  await mkdir(join(folder, 'bin'));
  await symlink(join(folder, 'kubectl-sriov/kubectl-sriov'), join(folder, 'bin/kubectl-sriov'));
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const plugin = async (...args: readonly string[]) => await run(join(folder, 'bin/kubectl-sriov'), args);

describe('the archive', () => {
  it('starts through a link, without packages beside it', async () => {
    const { code, stdout, stderr } = await plugin('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('support-bundle');
    expect((await run(join(folder, 'kubectl-sriov/kubectl_complete-sriov'), ['st'])).stdout).toBe('status\n:4\n');
  });

  it('has the CRDs for offline validation', async () => {
    const path = join(folder, 'host.yaml');
    const host = { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', metadata: { name: 'a' }, spec: hostSpec({ adapters: [] }) };
    await writeFile(path, stringify(host));
    const { code, stdout } = await plugin('validate', path);
    expect(code).toBe(1);
    expect(stdout).toContain('spec.adapters');
  });

  it('has SSH, SOAP and Redfish for direct plans', async () => {
    const path = join(folder, 'direct.yaml');
    const adapters = [{ name: 'fabric0', selector: { vmnic: 'vmnic2' }, ports: [{ number: 1, vfs: 4 }] }];
    const spec = {
      ...hostSpec({ adapters }),
      esxi: { address: '127.0.0.1', sshPort: 1, credentialsSecretRef: { name: 'host' }, trustOnFirstUse: true },
    };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'host' }, stringData: { username: 'root', password: 'x' } };
    const host = { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', metadata: { name: 'a' }, spec };
    await writeFile(path, `${stringify(host)}---\n${stringify(secret)}`);
    const { code, stderr } = await plugin('plan', '-f', path, '--direct');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('a cannot be read: ') });
    expect(stderr).toContain('127.0.0.1');
    expect(stderr).not.toContain('Cannot find');
  });

  it('is named with its checksum in a manifest for Krew', async () => {
    const [archive = '', manifest = ''] = files;
    const sha256 = createHash('sha256')
      .update(await readFile(join(folder, archive)))
      .digest('hex');
    const { spec } = parse(await readFile(join(folder, manifest), 'utf8')) as { readonly spec: { readonly platforms: readonly object[] } };
    expect(spec.platforms).toEqual([
      expect.objectContaining({ sha256, uri: `https://releases.example.com/${archive}`, bin: 'kubectl-sriov' }),
    ]);
  });

  it('has the same bytes when it is made again', async () => {
    const again = join(folder, 'again');
    await mkdir(again);
    const [archive = ''] = await pluginArchive({ folder: again, baseUrl: '' });
    expect((await readFile(join(again, archive))).equals(await readFile(join(folder, archive)))).toBe(true);
  }, 60_000);
});
