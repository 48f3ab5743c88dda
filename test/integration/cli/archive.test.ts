/** The plugin as it is released: one archive that needs Node and nothing else. */

import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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

  it('has the completion files that the verb prints', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const file = await readFile(join(folder, `kubectl-sriov/completion/kubectl-sriov.${shell}`), 'utf8');
      expect((await plugin('completion', shell)).stdout).toBe(file);
    }
  });

  it('has the same bytes when it is made again, and so has everything that is made of it', async () => {
    const again = join(folder, 'again');
    await mkdir(again);
    const made = await pluginArchive({ folder: again, baseUrl: 'https://releases.example.com/' });
    expect(made).toEqual(files);
    for (const file of files) expect((await readFile(join(again, file))).equals(await readFile(join(folder, file)))).toBe(true);
  }, 60_000);
});

const fileNamed = (pattern: RegExp): string => join(folder, files.find((name) => pattern.test(name)) ?? 'not among the files');

/** Debian's own program says whether it is a package of theirs. */
const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0;
const describeDeb = hasDpkg ? describe : describe.skip;

describeDeb(hasDpkg ? 'the Debian package' : 'the Debian package (skipped: there is no dpkg-deb)', () => {
  const root = (): string => join(folder, 'debroot');

  it('is one for dpkg, which finds its fields, its files and their sums', async () => {
    const deb = fileNamed(/\.deb$/);
    const fields = await run('dpkg-deb', ['--field', deb, 'Package', 'Architecture', 'Depends']);
    expect(fields).toEqual({ code: 0, stdout: 'Package: kubectl-sriov\nArchitecture: all\nDepends: nodejs (>= 22.19)\n', stderr: '' });
    expect(await run('dpkg-deb', ['-R', deb, root()])).toMatchObject({ code: 0, stderr: '' });
    const sums = join(root(), 'DEBIAN/md5sums');
    const checked = await run('sh', ['-c', `cd ${root()} && md5sum --check --quiet ${sums} && wc -l < ${sums}`]);
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(Number(checked.stdout)).toBeGreaterThan(10);
  });

  it('has folders of its own for everything, owned by root and readable for all', async () => {
    const { stdout } = await run('dpkg-deb', ['--contents', fileNamed(/\.deb$/)]);
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => !/^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) (root\/root|0\/0) /.test(line))).toEqual([]);
    expect(lines.filter((line) => !/ \.\/usr\//.test(line))).toEqual([]);
  });

  it('runs from where it was unpacked, and completes', async () => {
    const program = join(root(), 'usr/bin/kubectl-sriov');
    expect((await run(program, ['--help'])).stdout).toContain('support-bundle');
    expect((await run(join(root(), 'usr/bin/kubectl_complete-sriov'), ['st'])).stdout).toBe('status\n:4\n');
    const completion = await readFile(join(root(), 'usr/share/bash-completion/completions/kubectl-sriov'), 'utf8');
    expect((await run(program, ['completion', 'bash'])).stdout).toBe(completion);
  });
});

describe('the install script', () => {
  const script = (): string => fileNamed(/\.sh$/);
  const archive = (): string => fileNamed(/\.tar\.gz$/);
  const shells = ['sh', 'dash', 'busybox', 'bash'].filter((shell) => spawnSync(shell, ['--help']).error === undefined);

  it.each(shells.map((shell) => ({ shell })))('is understood by $shell', async ({ shell }) => {
    expect(await run(shell, [...(shell === 'busybox' ? ['sh'] : []), '-n', script()])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('installs the archive below a folder, with completion, and again over itself', async () => {
    const prefix = join(folder, 'a place');
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await run('sh', [script(), '--prefix', prefix, '--archive', archive()]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('put that folder on the path');
    }
    expect((await run(join(prefix, 'bin/kubectl-sriov'), ['--help'])).stdout).toContain('support-bundle');
    expect((await run(join(prefix, 'bin/kubectl_complete-sriov'), ['st'])).stdout).toBe('status\n:4\n');
    expect(await readFile(join(prefix, 'share/zsh/site-functions/_kubectl-sriov'), 'utf8')).toContain('#compdef kubectl-sriov');
  });

  it('installs nothing of an archive that is another one', async () => {
    const other = join(folder, 'other.tar.gz');
    await writeFile(other, Buffer.concat([await readFile(archive()), Buffer.from('x')]));
    const prefix = join(folder, 'untouched');
    const { code, stderr } = await run('sh', [script(), '--prefix', prefix, '--archive', other]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('its checksum differs, and nothing was installed') });
    await expect(access(prefix)).rejects.toThrow('ENOENT');
  });

  it.each([
    { why: 'a flag that is not there', args: ['--wrong'], code: 64, says: 'Usage:' },
    { why: 'a flag without its value', args: ['--prefix'], code: 1, says: '--prefix needs a value' },
    { why: 'an archive that is not there', args: ['--archive', 'nowhere'], code: 1, says: 'nowhere' },
  ])('ends with a word on $why', async ({ args, code, says }) => {
    const ran = await run('sh', [script(), ...args]);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(says);
  });
});

const hasShellcheck = spawnSync('shellcheck', ['--version'], { env: { PATH: '/usr/bin:/bin' } }).status === 0;
const describeLint = hasShellcheck ? describe : describe.skip;

describeLint(hasShellcheck ? 'shellcheck' : 'shellcheck (skipped: it is not installed)', () => {
  it('finds nothing in the install script', async () => {
    expect(await run('shellcheck', [fileNamed(/\.sh$/)])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('the formula for Homebrew', () => {
  it('has the archive with its checksum, Node, both programs and completion', async () => {
    const text = await readFile(fileNamed(/\.rb$/), 'utf8');
    const sha256 = createHash('sha256')
      .update(await readFile(fileNamed(/\.tar\.gz$/)))
      .digest('hex');
    for (const part of [
      `sha256 "${sha256}"`,
      `url "https://releases.example.com/${files[0]}"`,
      'depends_on "node"',
      'kubectl_complete-sriov',
    ]) {
      expect(text).toContain(part);
    }
    // Each block has its end.
    expect(text.match(/^ *(class|def|test do)\b/gm)).toHaveLength(text.match(/^ *end$/gm)?.length ?? 0);
  });
});

const hasRpm = spawnSync('rpmbuild', ['--version']).status === 0;
const describeRpm = hasRpm ? describe : describe.skip;

describeRpm(hasRpm ? 'the RPM' : 'the RPM (skipped: there is no rpmbuild)', () => {
  it('is one for rpm, with its fields and sums, and its programs run from where it puts them', async () => {
    const rpm = fileNamed(/\.rpm$/);
    const query = ['-qp', '--nosignature', '--queryformat', '%{NAME} %{ARCH} %{LICENSE} %{BUILDHOST}', rpm];
    expect((await run('rpm', query)).stdout).toBe('kubectl-sriov noarch Apache-2.0 localhost');
    expect((await run('rpm', ['-qp', '--nosignature', '--requires', rpm])).stdout).toContain('nodejs >= 22.19\n');
    expect(await run('rpm', ['-K', '--nosignature', rpm])).toMatchObject({ code: 0, stdout: expect.stringContaining('digests OK') });
    const root = join(folder, 'rpmroot');
    await mkdir(root);
    expect(await run('sh', ['-c', `rpm2archive '${rpm}' && tar -xzf '${rpm}.tgz' -C '${root}'`])).toMatchObject({ code: 0 });
    expect((await run(join(root, 'usr/bin/kubectl-sriov'), ['--help'])).stdout).toContain('support-bundle');
    await access(join(root, 'usr/share/zsh/site-functions/_kubectl-sriov'));
  });

  it('has files of root only', async () => {
    const { stdout } = await run('rpm', ['-qplv', '--nosignature', fileNamed(/\.rpm$/)]);
    const owners = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/).slice(2, 4).join(':'));
    expect(new Set(owners)).toEqual(new Set(['root:root']));
  });
});
