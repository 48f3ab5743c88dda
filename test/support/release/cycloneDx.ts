/** A CycloneDX 1.6 bill of materials of the image, from what is known to be in it. Pure: the same input gives the same document. */
import { createHash } from 'node:crypto';

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Path below the root of the project, for example `node_modules/soap/node_modules/sax`. */
  readonly path: string;
  /** An SPDX identifier or expression; undefined where the package names none. */
  readonly licence: string | undefined;
  /** As in package-lock.json: `sha512-...`. */
  readonly integrity: string;
  /** Names of the packages that it requires. */
  readonly requires: readonly string[];
}

export interface OsPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

export interface Materials {
  readonly product: { readonly name: string; readonly version: string; readonly revision: string; readonly requires: readonly string[] };
  readonly node: { readonly version: string };
  readonly npm: readonly NpmPackage[];
  /** Empty where the image was not looked into. */
  readonly os: { readonly distribution: string; readonly packages: readonly OsPackage[] };
  /** RFC 3339. */
  readonly created: string;
}

interface Component {
  readonly type: 'application' | 'library' | 'platform';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly object[];
  readonly properties?: readonly object[];
}

export interface CycloneDx {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export function cycloneDx(materials: Materials): CycloneDx {
  const { product, node, npm, os, created } = materials;
  const root: Component = {
    type: 'application',
    'bom-ref': `${product.name}@${product.version}`,
    name: product.name,
    version: product.version,
    purl: `pkg:generic/${product.name}@${product.version}`,
    licenses: [{ license: { id: 'Apache-2.0' } }],
    properties: [{ name: 'org.opencontainers.image.revision', value: product.revision }],
  };
  const runtime: Component = {
    type: 'platform',
    'bom-ref': `node@${node.version}`,
    name: 'node',
    version: node.version,
    purl: `pkg:generic/node@${node.version}`,
    licenses: [{ license: { id: 'MIT' } }],
  };
  const npmComponents = npm.map(npmComponent);
  const osComponents = os.packages.map((one) => osComponent(one, os.distribution));
  const components = [runtime, ...npmComponents, ...osComponents];
  const between = npm.map((one) => ({ ref: referenceOf(one), dependsOn: references(npm, one.path, one.requires) }));
  const direct = new Set(references(npm, '', product.requires));
  // What nobody declares and somebody loads all the same would hang in the air.
  const declared = new Set(between.flatMap(({ dependsOn }) => dependsOn));
  const loose = between.map(({ ref }) => ref).filter((ref) => !declared.has(ref) && !direct.has(ref));
  const dependencies = [
    { ref: root['bom-ref'], dependsOn: [runtime['bom-ref'], ...direct, ...loose] },
    { ref: runtime['bom-ref'], dependsOn: osComponents.map((one) => one['bom-ref']) },
    ...between,
    ...osComponents.map((one) => ({ ref: one['bom-ref'], dependsOn: [] })),
  ];
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: created,
      lifecycles: [{ phase: 'build' }],
      tools: { components: [{ type: 'application', name: 'test/support/release/sbom.ts', version: product.version }] },
      component: root,
    },
    components,
    dependencies,
  } as const;
  return { ...document, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(document))}` };
}

function npmComponent(one: NpmPackage): Component {
  const [algorithm = '', digest = ''] = one.integrity.split('-');
  return {
    type: 'library',
    'bom-ref': referenceOf(one),
    name: one.name,
    version: one.version,
    purl: `pkg:npm/${one.name.replace(/^@/, '%40')}@${one.version}`,
    licenses: [licenceOf(one.licence)],
    ...(algorithm === 'sha512' ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] } : {}),
  };
}

/** An expression such as (MIT OR Apache-2.0) is no identifier. */
function licenceOf(licence: string | undefined): object {
  if (licence === undefined) return { license: { name: 'as in THIRD-PARTY-LICENSES' } };
  return /^[\w.-]+$/.test(licence) ? { license: { id: licence } } : { expression: licence };
}

function osComponent({ name, version, architecture }: OsPackage, distribution: string): Component {
  const qualifiers = `arch=${architecture}&distro=${distribution}`;
  const [vendor = ''] = distribution.split('-');
  const purl = `pkg:deb/${vendor}/${name.replaceAll('+', '%2B')}@${version.replaceAll('+', '%2B').replaceAll(':', '%3A')}?${qualifiers}`;
  return { type: 'library', 'bom-ref': `${name}@${version}`, name, version, purl };
}

/** Two copies of one version at different places are two components of the bundle. */
function referenceOf({ name, version, path }: NpmPackage): string {
  const nested = path.lastIndexOf('node_modules/') > 0;
  return nested ? `${name}@${version}#${path}` : `${name}@${version}`;
}

/** As Node finds a package: in the nearest node_modules on the way up. Packages that left no code in the bundle are not there. */
function references(all: readonly NpmPackage[], from: string, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
      const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      const found = all.find((one) => one.path === path);
      if (found !== undefined) return [referenceOf(found)];
      if (folder === '') return [];
    }
  });
}

/** A UUID by content, with the version and variant bits of RFC 9562 (version 8: made by whoever makes it). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
