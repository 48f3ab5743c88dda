/**
 * `npm run release:sbom`: writes dist/sbom.cdx.json, the bill of materials of the image: the packages that have code in the bundle, Node, and,
 * given the root of the image as argument, the packages of the distribution that its libraries come from. docs/supply-chain.md says more.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BundledPackage, bundle } from './bundle.ts';
import { type CycloneDx, cycloneDx, type NpmPackage, type OsPackage } from './cycloneDx.ts';

const ROOT = join(import.meta.dirname, '../../..');

interface PackageFile {
  readonly name: string;
  readonly version: string;
  /** Old packages have an object, and some none. */
  readonly license?: string | { readonly type?: string };
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
}

type Names = Readonly<Record<string, string>>;

type Lock = Readonly<Record<string, { readonly integrity?: string }>>;

/** `imageRoot`: a folder with the files of the image, where there is one. `created`: RFC 3339. */
export async function sbom(options: { readonly imageRoot?: string; readonly created: string }): Promise<CycloneDx> {
  const product = await packageFile('.');
  const { packages: lock } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as { readonly packages: Lock };
  const npm = await Promise.all((await bundledPackages()).map(async (one) => await npmPackage(one, lock)));
  const { name, version } = product;
  return cycloneDx({
    product: { name, version, revision: await revision(), requires: Object.keys(product.dependencies ?? {}) },
    node: { version: process.versions.node },
    npm,
    os: options.imageRoot === undefined ? { distribution: '', packages: [] } : await osPackages(options.imageRoot),
    created: options.created,
  });
}

async function bundledPackages(): Promise<readonly BundledPackage[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  try {
    return await bundle(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function npmPackage({ name, version, path }: BundledPackage, lock: Lock): Promise<NpmPackage> {
  const { license, dependencies, optionalDependencies, peerDependencies } = await packageFile(path);
  const licence = typeof license === 'string' ? license : license?.type;
  const requires = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return { name, version, path, licence, integrity: lock[path]?.integrity ?? '', requires };
}

async function packageFile(folder: string): Promise<PackageFile> {
  return JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8')) as PackageFile;
}

async function osPackages(root: string): Promise<{ readonly distribution: string; readonly packages: readonly OsPackage[] }> {
  const release = await readFile(join(root, 'etc/os-release'), 'utf8');
  const folder = join(root, 'var/lib/dpkg/status.d');
  const texts = await Promise.all((await readdir(folder)).sort().map(async (file) => await readFile(join(folder, file), 'utf8')));
  const field = (text: string, name: string): string => new RegExp(`^${name}[:=] *"?([^"\\n]+)"?$`, 'm').exec(text)?.[1] ?? '';
  const packages = texts.map((text) => ({
    name: field(text, 'Package'),
    version: field(text, 'Version'),
    architecture: field(text, 'Architecture'),
  }));
  return { distribution: `${field(release, 'ID')}-${field(release, 'VERSION_ID')}`, packages };
}

/** `unknown` outside of a checkout. */
export async function revision(): Promise<string> {
  return await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: ROOT }).then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );
}

/** The time that a release is said to be made at: SOURCE_DATE_EPOCH, so that it can be made again, else now. */
export function releaseTime(env: Readonly<Record<string, string | undefined>>): string {
  const seconds = env['SOURCE_DATE_EPOCH'];
  const date = seconds === undefined ? new Date() : new Date(Number(seconds) * 1_000);
  return `${date.toISOString().slice(0, 19)}Z`;
}

if (import.meta.main) {
  const [imageRoot] = process.argv.slice(2);
  const document = await sbom({ ...(imageRoot === undefined ? {} : { imageRoot }), created: releaseTime(process.env) });
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  await writeFile(join(ROOT, 'dist/sbom.cdx.json'), `${JSON.stringify(document, undefined, 2)}\n`);
  process.stdout.write(`dist/sbom.cdx.json: ${document.components.length} components\n`);
}
