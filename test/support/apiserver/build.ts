// Builds kube-apiserver, kubectl and etcd from the Go modules pinned in test/tools.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const tools = join(import.meta.dirname, '../../tools');
const PROGRESS_EVERY_MS = 10_000;

export interface PinnedVersions {
  /** For example `v1.37.2`. */
  readonly kubernetes: string;
  readonly etcd: string;
}

/** The versions in the go.mod files: the one place where they are pinned. */
export async function pinnedVersions(): Promise<PinnedVersions> {
  return { kubernetes: await pinned('apiserver', 'k8s.io/kubernetes'), etcd: await pinned('etcd', 'go.etcd.io/etcd/server/v3') };
}

async function pinned(tool: string, module: string): Promise<string> {
  const text = await readFile(join(tools, tool, 'go.mod'), 'utf8');
  const version = text
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^require /, '')
        .split(' '),
    )
    .find(([name]) => name === module)?.[1];
  if (version === undefined) throw new Error(`test/tools/${tool}/go.mod does not require ${module}`);
  return version;
}

/** Builds into `folder`; reports what is being built and for how long. Rejects with the end of the compiler's output. */
export async function buildFromSource(folder: string, onProgress: (line: string) => void): Promise<void> {
  const { kubernetes, etcd } = await pinnedVersions();
  const [major, minor] = kubernetes.slice(1).split('.');
  const version = 'k8s.io/component-base/version';
  const flags = `-s -w -X ${version}.gitVersion=${kubernetes} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`;
  const go = (tool: string, name: string, main: string) =>
    run(
      { what: `${name} ${tool === 'etcd' ? etcd : kubernetes}`, folder: join(tools, tool), output: join(folder, name), flags, main },
      onProgress,
    );
  await go('apiserver', 'kube-apiserver', 'k8s.io/kubernetes/cmd/kube-apiserver');
  await go('apiserver', 'kubectl', 'k8s.io/kubernetes/cmd/kubectl');
  await go('etcd', 'etcd', 'go.etcd.io/etcd/server/v3');
}

interface GoBuild {
  readonly what: string;
  readonly folder: string;
  readonly output: string;
  readonly flags: string;
  readonly main: string;
}

async function run(build: GoBuild, onProgress: (line: string) => void): Promise<void> {
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  onProgress(`building ${build.what} with go build`);
  const timer = setInterval(() => onProgress(`still building ${build.what} (${elapsed()}); a cold build takes minutes`), PROGRESS_EVERY_MS);
  try {
    await spawnGo(build);
  } finally {
    clearInterval(timer);
  }
  onProgress(`built ${build.what} in ${elapsed()}`);
}

async function spawnGo(build: GoBuild): Promise<void> {
  const args = ['build', '-buildvcs=false', '-ldflags', build.flags, '-o', build.output, build.main];
  const child = spawn('go', args, { cwd: build.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new Error('cannot run go: install Go, or put kube-apiserver, etcd and kubectl into a folder named by KUBEBUILDER_ASSETS', {
          cause,
        }),
      );
    });
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`go build of ${build.what} failed with code ${code}:\n${stderr}`);
}
