/** The container of a rendered Deployment as a process: its arguments, its environment, its user, its read-only files. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rendered } from './helm.ts';
import type { ImageLayout } from './imageLayout.ts';

interface Container {
  readonly args: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
  }[];
  readonly ports: readonly { readonly containerPort: number }[];
  readonly readinessProbe: { readonly httpGet: { readonly path: string } };
}

export interface PodSpec {
  readonly securityContext: { readonly runAsUser?: number; readonly runAsGroup?: number };
  readonly containers: readonly Container[];
}

export interface InstalledOperator {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start of the process until its readiness probe succeeded. */
  readonly readyAfterMs: number;
  output(): string;
  stop(): Promise<number | null>;
}

export interface StartOptions {
  readonly deployment: Rendered;
  readonly layout: ImageLayout;
  /** Stands for the mounted token of the service account; the only argument that the pod does not have. */
  readonly kubeconfig: string;
}

const READY_WITHIN_MS = 30_000;

export function podSpecOf(deployment: Rendered): PodSpec {
  return (deployment['spec'] as { readonly template: { readonly spec: PodSpec } }).template.spec;
}

/** Resolves when the readiness probe of the container succeeds. The user changes only where the test runs as root. */
export async function startInstalledOperator({ deployment, layout, kubeconfig }: StartOptions): Promise<InstalledOperator> {
  const { containers, securityContext } = podSpecOf(deployment);
  const [container] = containers;
  if (container === undefined) throw new Error('the Deployment has no container');
  const [program = '', ...before] = layout.entrypoint;
  const asRoot = process.getuid?.() === 0;
  const started = performance.now();
  const child = spawn(program, [...before, ...container.args, `--kubeconfig=${kubeconfig}`], {
    cwd: layout.folder,
    env: environment(container, deployment),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(asRoot ? { uid: securityContext.runAsUser ?? 65532, gid: securityContext.runAsGroup ?? 65532 } : {}),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${container.ports[0]?.containerPort}`;
  while (!(await answers(`${url}${container.readinessProbe.httpGet.path}`))) {
    if (child.exitCode !== null || performance.now() - started > READY_WITHIN_MS)
      throw new Error(`the operator did not get ready:\n${output}`);
    await sleep(50);
  }
  return {
    url,
    pid: child.pid ?? 0,
    readyAfterMs: Math.round(performance.now() - started),
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      return await exited;
    },
  };
}

/** As the kubelet makes it. NODE_ENV is from the image. */
function environment({ env }: Container, { metadata }: Rendered): Readonly<Record<string, string>> {
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': `${metadata.name}-0`,
    'metadata.namespace': metadata.namespace ?? '',
  };
  const given = env.map(({ name, value, valueFrom }) => [name, value ?? fields[valueFrom?.fieldRef.fieldPath ?? ''] ?? '']);
  return { NODE_ENV: 'production', ...(Object.fromEntries(given) as Record<string, string>) };
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}
