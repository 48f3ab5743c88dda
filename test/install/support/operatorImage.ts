/** The image of the real Dockerfile: built, looked into, and run as a pod would run it. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LAB_FLAGS, type OperatorOptions, type OperatorProcess } from '../../support/lab/operatorProcess.ts';
import { buildah, LIMIT_FLAGS, podman, podmanArguments } from './containers.ts';

const ROOT = join(import.meta.dirname, '../../..');
const BUILD_MS = 600_000;
const READY_MS = 60_000;
const USER = '65532';

export async function buildOperatorImage(base: string): Promise<string> {
  return await buildImage(base, 'localhost/sriov-test-operator:latest');
}

export async function buildPluginImage(base: string): Promise<string> {
  return await buildImage(base, 'localhost/sriov-test-plugin:latest', ['--target=kubectl-sriov']);
}

/** Builds with the caches of layers and of npm; resolves with the name of the image. */
async function buildImage(base: string, name: string, flags: readonly string[] = []): Promise<string> {
  // The build runs as the same user, root, so npm looks for it at the same place.
  const cache = join(homedir(), '.npm');
  await mkdir(cache, { recursive: true });
  const build = [
    'build',
    '--isolation=chroot',
    '--layers',
    '--format=docker',
    `--volume=${cache}:${cache}`,
    `--build-arg=NODE_IMAGE=${base}`,
  ];
  await buildah([...build, ...flags, '--build-arg=REVISION=0123abc', '--tag', name, ROOT], BUILD_MS);
  return name;
}

export interface ImageFile {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
}

/** Every regular file, without starting anything that is in the image. */
export async function filesOf(image: string): Promise<readonly ImageFile[]> {
  const container = (await buildah(['from', image])).trim();
  try {
    const root = (await buildah(['mount', container])).trim();
    const lines = execFileSync('find', [root, '-type', 'f', '-printf', '/%P\\t%m\\t%U:%G\\n'], { encoding: 'utf8' });
    return lines
      .trim()
      .split('\n')
      .map((line) => {
        const [path = '', mode = '', owner = ''] = line.split('\t');
        return { path, mode, owner };
      });
  } finally {
    await buildah(['rm', container]);
  }
}

export interface ContainerProcess extends OperatorProcess {
  readonly container: string;
  /** From `podman run` to the first answer of /readyz. */
  readonly readyAfterMs: number;
}

let started = 0;

/** Flags that a pod of the chart has in its securityContext and volumes. The network is the machine's: the lab is on its loopback. */
export const POD_FLAGS: readonly string[] = [
  ...['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', `--user=${USER}:${USER}`, '--network=host'],
  // What a pod has: no systemd to run a health check, and no other resolver than that of the cluster.
  ...['--no-healthcheck', '--tmpfs=/tmp:rw,mode=1777', ...LIMIT_FLAGS],
];

/** Starts the operator of the image in a lab; its entry point gets only what a pod gives it. */
export async function startContainer(image: string, options: OperatorOptions): Promise<ContainerProcess> {
  started += 1;
  const container = `sriov-test-${process.pid}-${started}`;
  const mounted = join(options.folder, `mounted-${started}`);
  await mkdir(mounted, { recursive: true });
  // Readable for its user, as a mounted token is.
  await copyFile(options.kubeconfig, join(mounted, 'kubeconfig'));
  await new Promise<void>((resolve, reject) => {
    spawn('chmod', ['-R', 'a+rX', options.folder])
      .once('exit', () => resolve())
      .once('error', reject);
  });
  const healthPort = await freePort();
  const flags = ['--kubeconfig=/mounted/kubeconfig', `--lease-namespace=${options.namespace}`, ...LAB_FLAGS, `--health-port=${healthPort}`];
  const run = ['run', `--name=${container}`, ...POD_FLAGS, `--volume=${mounted}:/mounted:ro`, image, ...flags, ...options.flags];
  const child = spawn('podman', podmanArguments(run), { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const begin = performance.now();
  while (!(await isReady(healthPort))) {
    if (child.exitCode !== null || performance.now() - begin > READY_MS) throw new Error(`the container did not get ready:\n${log}`);
    await sleep(25);
  }
  const readyAfterMs = Math.round(performance.now() - begin);
  const pid = Number((await podman(['inspect', '--format={{.State.Pid}}', container])).trim());
  return {
    container,
    pid,
    healthPort,
    readyAfterMs,
    logPath: '',
    log: () => Promise.resolve(log),
    stop: async () => {
      await podman(['kill', '--signal=TERM', container]).catch(() => undefined);
      const code = await exited;
      await podman(['rm', '--force', '--volumes', container]);
      return code;
    },
    kill: async () => {
      await podman(['rm', '--force', '--volumes', container]);
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function isReady(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/readyz`).then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}

/** What the kernel says of a process, for example `Uid`. */
export async function processStatus(pid: number): Promise<Readonly<Record<string, string>>> {
  const lines = (await readFile(`/proc/${pid}/status`, 'utf8')).trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/:\t/) as [string, string]));
}
