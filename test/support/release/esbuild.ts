/** How the operator and the plugin are made into files that need no node_modules: the same way. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '../../..');

/** Modules of the old kind in a file of the new kind need these; a native part that is not there fails as it would without a bundle. */
const BANNER = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`;

/** The library names a parameter `arguments`, which no ES module may do. */
const RENAME_ARGUMENTS: Plugin = {
  name: 'rename arguments',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]node-vsphere-soap[\\/]lib[\\/]client\.js$/ }, async ({ path }) => {
      const contents = (await readFile(path, 'utf8')).replaceAll(/\barguments\b/g, 'givenArguments');
      return { contents, loader: 'js' };
    });
  },
};

export interface BundleOptions {
  /** By the name of the file that each becomes, without `.mjs`. */
  readonly entryPoints: Readonly<Record<string, string>>;
  /** Where the files are written. */
  readonly folder: string;
  /** The oldest Node that has to run it. */
  readonly target: `node${string}`;
}

/** Resolves with what went into which file. */
export async function esbuild({ entryPoints, folder, target }: BundleOptions): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { ...entryPoints },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is loaded lazily stays apart, so that a start does not read it.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target,
    external: ['*.node'],
    // Smaller, and a stack trace still has the names of functions.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    banner: { js: BANNER },
    plugins: [RENAME_ARGUMENTS],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}
