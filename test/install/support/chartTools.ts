/** Programs of others that judge what the chart renders: kube-linter, kubeconform, promtool, kstatus, and Argo CD's Lua. */
import { execFile } from 'node:child_process';
import { ensureGoTool, type GoTool } from './goTool.ts';

const KUBE_LINTER: GoTool = { folder: 'kubelinter', program: 'kube-linter', main: 'golang.stackrox.io/kube-linter/cmd/kube-linter' };
const KUBECONFORM: GoTool = { folder: 'kubeconform', program: 'kubeconform', main: 'github.com/yannh/kubeconform/cmd/kubeconform' };
const PROMTOOL: GoTool = { folder: 'promtool', program: 'promtool', main: 'github.com/prometheus/prometheus/cmd/promtool' };
const KSTATUS: GoTool = { folder: 'kstatus', program: 'kstatus', main: '.' };
const LUA: GoTool = { folder: 'lua', program: 'lua', main: '.' };

export interface Ran {
  readonly code: number;
  /** Standard output and then standard error. */
  readonly output: string;
}

/** Each builds its program first where it is not in the cache: kube-linter and promtool take minutes. */
export const kubeLinter = async (args: readonly string[], input = ''): Promise<Ran> => await ran(KUBE_LINTER, args, input);
export const kubeconform = async (args: readonly string[], input = ''): Promise<Ran> => await ran(KUBECONFORM, args, input);
export const promtool = async (args: readonly string[], input = ''): Promise<Ran> => await ran(PROMTOOL, args, input);

export interface Verdict {
  /** Current, InProgress, Failed, Terminating, NotFound or Unknown. */
  readonly status: string;
  readonly message: string;
}

/** What Flux and `helm --wait` think of objects. */
export async function kstatusOf(objects: readonly object[]): Promise<readonly Verdict[]> {
  return JSON.parse(await answer(KSTATUS, objects)) as Verdict[];
}

/** What Argo CD thinks of objects by a health check of its `argocd-cm`. */
export async function argoHealthOf(script: string, objects: readonly object[]): Promise<readonly Verdict[]> {
  return JSON.parse(await answer(LUA, { script, objects })) as Verdict[];
}

async function answer(tool: GoTool, input: unknown): Promise<string> {
  const { code, output } = await ran(tool, [], JSON.stringify(input));
  if (code !== 0) throw new Error(`${tool.program}: ${output}`);
  return output;
}

async function ran(tool: GoTool, args: readonly string[], input: string): Promise<Ran> {
  const program = await ensureGoTool(tool);
  return await new Promise((resolve) => {
    const child = execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: `${stdout}${stderr}` });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
