/**
 * The plugin as a package for Debian and Ubuntu: an ar archive of a version, what the package manager is told, and the files (deb(5), ar(5)).
 * Made without dpkg, so that it has the same bytes everywhere; a test unpacks it with dpkg-deb.
 */
import { createHash } from 'node:crypto';
import { type Entry, tarGz } from '../../../operator/cli/bundle/tar.ts';
import { DESCRIPTION, distroVersion, file, installedFiles, SUMMARY } from './distroPackage.ts';

export interface DebOptions {
  readonly version: string;
  /** As they lie in the archive of the plugin. */
  readonly files: readonly Entry[];
}

const EPOCH = new Date(0);

export function debPackage({ version, files }: DebOptions): Uint8Array {
  const installed = [
    ...installedFiles(files, 'vendor-completions'),
    file('usr/share/doc/kubectl-sriov/copyright', textOf(files, 'LICENSE')),
  ];
  const control = [file('control', controlOf(version, installed)), file('md5sums', sumsOf(installed))];
  return ar([
    { name: 'debian-binary', content: Buffer.from('2.0\n') },
    { name: 'control.tar.gz', content: tarGz('.', control, EPOCH) },
    { name: 'data.tar.gz', content: tarGz('.', [...foldersOf(installed), ...installed], EPOCH) },
  ]);
}

function textOf(files: readonly Entry[], path: string): string {
  const found = files.find((entry) => entry.path === path);
  if (found === undefined) throw new Error(`the plugin has no file ${path}`);
  return Buffer.from(found.content).toString('utf8');
}

/** Every folder above a file, the outer ones first. */
function foldersOf(entries: readonly Entry[]): readonly Entry[] {
  const folders = entries.flatMap(({ path }) =>
    path
      .split('/')
      .slice(0, -1)
      .map((_, depth, parts) => parts.slice(0, depth + 1).join('/')),
  );
  return [...new Set(folders)].sort().map((path) => ({ path: `${path}/`, content: '', mode: 0o755, type: 'folder' as const }));
}

/** deb-control(5). The size is in kibibytes. */
function controlOf(version: string, installed: readonly Entry[]): string {
  const bytes = installed.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return [
    'Package: kubectl-sriov',
    `Version: ${distroVersion(version)}`,
    'Architecture: all',
    'Maintainer: The maintainers of esxi-sriov-operator <maintainers@example.com>',
    `Installed-Size: ${Math.ceil(bytes / 1024)}`,
    'Depends: nodejs (>= 22.19)',
    'Recommends: kubectl',
    'Section: admin',
    'Priority: optional',
    `Description: ${SUMMARY}`,
    ...DESCRIPTION.map((line) => ` ${line}`),
    '',
  ].join('\n');
}

function sumsOf(installed: readonly Entry[]): string {
  const files = installed.filter(({ type }) => type === undefined);
  return files.map(({ path, content }) => `${createHash('md5').update(content).digest('hex')}  ${path}\n`).join('');
}

interface Member {
  readonly name: string;
  readonly content: Uint8Array;
}

/** The common format, in which a member begins at an even byte. */
function ar(members: readonly Member[]): Uint8Array {
  const parts = members.flatMap(({ name, content }) => {
    const field = (text: string, width: number): string => text.padEnd(width);
    const head = [
      field(name, 16),
      field('0', 12),
      field('0', 6),
      field('0', 6),
      field('100644', 8),
      field(String(content.length), 10),
      '`\n',
    ];
    return [Buffer.from(head.join('')), content, Buffer.from(content.length % 2 === 0 ? '' : '\n')];
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}
