/** The real Helm on the chart of this repository. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ensureHelm } from './goTool.ts';

export const CHART = join(import.meta.dirname, '../../../charts/esxi-sriov-operator');
/** The CRDs alone. */
export const CRD_CHART = `${CHART}-crds`;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Helm {
  /** A failure is a result with a code. */
  run(args: readonly string[], values?: object): Promise<Outcome>;
  dispose(): Promise<void>;
}

/** A rendered Kubernetes object. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [part: string]: unknown;
}

/** Helm with folders of its own, so that nothing of the user is read or written. */
export async function startHelm(kubeconfig?: string): Promise<Helm> {
  const program = await ensureHelm();
  const folder = await mkdtemp(join(tmpdir(), 'helm-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    // Else the cache of the API's discovery is made in the working directory.
    HOME: folder,
    HELM_CACHE_HOME: join(folder, 'cache'),
    HELM_CONFIG_HOME: join(folder, 'config'),
    HELM_DATA_HOME: join(folder, 'data'),
    KUBECONFIG: kubeconfig ?? join(folder, 'none'),
  };
  let files = 0;
  return {
    run: async (args, values) => {
      files += 1;
      const file = join(folder, `values-${files}.yaml`);
      if (values !== undefined) await writeFile(file, JSON.stringify(values));
      const all = values === undefined ? [...args] : [...args, '--values', file];
      return await new Promise((resolve) => {
        execFile(program, all, { env, maxBuffer: 32 * 1024 * 1024 }, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
        });
      });
    },
    dispose: async () => await rm(folder, { recursive: true, force: true }),
  };
}

export function objectsOf(yaml: string): readonly Rendered[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`Helm rendered no YAML: ${error.message}`);
    const object = document.toJS() as Rendered | null;
    return object === null ? [] : [object];
  });
}
