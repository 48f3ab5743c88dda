/** Programs of test/tools, built once and kept in the cache beside the API server. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../support/apiserver/binaries.ts';
import { withFileLock } from '../../support/apiserver/fileLock.ts';

const TOOLS = join(import.meta.dirname, '../../tools');
const run = promisify(execFile);

export interface GoTool {
  /** Folder below test/tools. */
  readonly folder: string;
  readonly program: string;
  /** What go build gets; `.` for a program of our own. */
  readonly main: string;
  readonly linkerFlags?: string;
}

const HELM: GoTool = {
  folder: 'helm',
  program: 'helm',
  main: 'helm.sh/helm/v4/cmd/helm',
  linkerFlags: '-X helm.sh/helm/v4/internal/version.version=v4.3.1',
};
const PROMQL: GoTool = { folder: 'promql', program: 'promql', main: '.' };
const PROMLINT: GoTool = { folder: 'promlint', program: 'promlint', main: '.' };

/** Path of Helm; a cold build takes minutes. */
export async function ensureHelm(onProgress?: (line: string) => void): Promise<string> {
  return await ensureGoTool(HELM, onProgress);
}

/** The errors of Prometheus's parser, one for each expression, '' for none. */
export async function promqlErrors(expressions: readonly string[]): Promise<readonly string[]> {
  const program = await ensureGoTool(PROMQL);
  return await new Promise((resolve, reject) => {
    const child = execFile(program, (error, stdout) => (error === null ? resolve(JSON.parse(stdout) as string[]) : reject(error)));
    child.stdin?.end(JSON.stringify(expressions));
  });
}

/** What `promtool check metrics` says of metrics in text format, as `name: problem`. */
export async function metricProblems(text: string): Promise<readonly string[]> {
  const program = await ensureGoTool(PROMLINT);
  return await new Promise((resolve, reject) => {
    const child = execFile(program, (error, stdout) => (error === null ? resolve(stdout.split('\n').filter(Boolean)) : reject(error)));
    child.stdin?.end(text);
  });
}

/** The CustomResourceDefinitions of ServiceMonitor and PrometheusRule, from the Prometheus operator's Go module. */
export async function prometheusOperatorCrds(): Promise<readonly string[]> {
  const module = 'github.com/prometheus-operator/prometheus-operator';
  const cwd = join(TOOLS, 'prometheusoperator');
  await run('go', ['mod', 'download', module], { cwd });
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', module], { cwd });
  const names = ['servicemonitors', 'prometheusrules'];
  const files = names.map((name) => join(stdout.trim(), 'example/prometheus-operator-crd', `monitoring.coreos.com_${name}.yaml`));
  return await Promise.all(files.map(async (file) => await readFile(file, 'utf8')));
}

/** Path of the program, built from source when it is not in the cache. */
export async function ensureGoTool(tool: GoTool, onProgress: (line: string) => void = () => undefined): Promise<string> {
  const program = join(cacheFolder(), tool.program);
  const stampFile = `${program}.stamp`;
  const stamp = await sourceDigest(tool);
  const isReady = async (): Promise<boolean> => (await readFile(stampFile, 'utf8').catch(() => '')) === stamp && (await exists(program));
  if (await isReady()) return program;
  await mkdir(cacheFolder(), { recursive: true });
  await withFileLock(`${program}.lock`, onProgress, async () => {
    if (await isReady()) return;
    onProgress(`building ${tool.program} with go build`);
    await build(tool, `${program}.partial`);
    await rename(`${program}.partial`, program);
    await writeFile(stampFile, stamp);
  });
  return program;
}

async function build({ folder, main, linkerFlags = '' }: GoTool, output: string): Promise<void> {
  try {
    const args = ['build', '-buildvcs=false', '-ldflags', `-s -w ${linkerFlags}`, '-o', output, main];
    await run('go', args, { cwd: join(TOOLS, folder) });
  } catch (error) {
    throw new Error(`cannot build test/tools/${folder}: is Go installed?`, { cause: error });
  }
}

async function sourceDigest({ folder, linkerFlags = '' }: GoTool): Promise<string> {
  const hash = createHash('sha256').update(linkerFlags);
  for (const file of (await readdir(join(TOOLS, folder))).sort()) hash.update(await readFile(join(TOOLS, folder, file)));
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
