/** The plugin as a package for Fedora, RHEL, SUSE and their kin, made by rpmbuild where there is one. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Entry } from '../../../operator/cli/bundle/tar.ts';
import { DESCRIPTION, distroVersion, installedFiles, SUMMARY } from './distroPackage.ts';

const run = promisify(execFile);
/** Of files and of the package, in seconds since 1970: the same sources make the same package with the same rpmbuild. */
const TIME = '315532800';

export interface RpmOptions {
  readonly version: string;
  /** As they lie in the archive of the plugin. */
  readonly files: readonly Entry[];
  /** Where the package goes. */
  readonly folder: string;
}

/** Resolves with the name of the package; undefined where there is no rpmbuild. */
export async function rpmPackage({ version, files, folder }: RpmOptions): Promise<string | undefined> {
  if (!(await hasRpmbuild())) return undefined;
  const top = await mkdtemp(join(tmpdir(), 'rpm-'));
  try {
    const installed = installedFiles(files, 'site-functions');
    for (const entry of installed) await place(join(top, 'prepared'), entry);
    const rpmVersion = distroVersion(version);
    await writeFile(join(top, 'plugin.spec'), specOf(rpmVersion, installed));
    const defines = {
      _topdir: top,
      _buildhost: 'localhost',
      use_source_date_epoch_as_buildtime: '1',
      clamp_mtime_to_source_date_epoch: '1',
    };
    const flags = Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
    await run('rpmbuild', ['-bb', '--quiet', '--target', 'noarch', ...flags, join(top, 'plugin.spec')], {
      env: { ...process.env, SOURCE_DATE_EPOCH: TIME },
    });
    const name = `kubectl-sriov-${rpmVersion}-1.noarch.rpm`;
    await copyFile(join(top, 'RPMS/noarch', name), join(folder, name));
    return name;
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}

async function hasRpmbuild(): Promise<boolean> {
  return await run('rpmbuild', ['--version']).then(
    () => true,
    () => false,
  );
}

async function place(root: string, { path, content, mode, type }: Entry): Promise<void> {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  if (type === 'link') return await symlink(Buffer.from(content).toString('utf8'), target);
  await writeFile(target, content);
  await chmod(target, mode ?? 0o644);
}

/** Nothing is compiled and nothing is looked for in the files: the list of what is needed is here. */
function specOf(version: string, installed: readonly Entry[]): string {
  return [
    'Name: kubectl-sriov',
    `Version: ${version}`,
    'Release: 1',
    `Summary: ${SUMMARY}`,
    'License: Apache-2.0',
    'BuildArch: noarch',
    'AutoReqProv: no',
    'Requires: nodejs >= 22.19',
    '%global __os_install_post %{nil}',
    '%description',
    ...DESCRIPTION,
    '%install',
    'cp -a %{_topdir}/prepared/. %{buildroot}/',
    '%files',
    '%defattr(-,root,root,-)',
    ...installed.map(({ path }) => `/${path}`),
    '',
  ].join('\n');
}
