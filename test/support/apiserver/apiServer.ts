// A real etcd and kube-apiserver on loopback for one test file: about three seconds to start, nothing left behind.
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AdminRequest, type AdminResponse, adminRequest } from './adminRequest.ts';
import { type Binaries, ensureBinaries } from './binaries.ts';
import { type Server, startServer } from './childProcess.ts';
import { apiServerFlags, etcdFlags } from './flags.ts';
import { freePort } from './freePort.ts';
import { kubeconfigYaml } from './kubeconfig.ts';

export interface ApiServerOptions {
  /** Further flags of kube-apiserver; a flag given here wins over ours. */
  readonly flags?: readonly string[];
  readonly onProgress?: (line: string) => void;
}

export interface ApiServer {
  /** `https://127.0.0.1:PORT`; the same after a restart. */
  readonly server: string;
  readonly port: number;
  readonly caPem: string;
  /** What the server shows to clients: a proxy in front of it can use the same and is trusted by the same CA. */
  readonly servingCertificate: { readonly certPem: string; readonly keyPem: string };
  /** Of a user in system:masters. */
  readonly adminToken: string;
  readonly kubeconfig: string;
  readonly kubeconfigPath: string;
  /** Removed at the stop; files of a test may live here too. */
  readonly folder: string;
  /** The program, for whoever runs it himself. */
  readonly kubectlPath: string;
  /** As `kubectl` would from a shell; a failure is a result with a code, not an exception. */
  kubectl(args: readonly string[], input?: string): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** One request as the admin. */
  request(request: AdminRequest): Promise<AdminResponse>;
  /** Applies CustomResourceDefinitions (YAML) and waits until they are served. */
  installCrds(yaml: string): Promise<void>;
  /** A token of this service account, which is created when missing; the API takes no expiration under 600 s. */
  serviceAccountToken(namespace: string, name: string, expirationSeconds?: number): Promise<string>;
  /** A kubeconfig for another token, and for another address when a proxy stands in front. */
  kubeconfigFor(user: { readonly token?: string; readonly tokenFile?: string }, server?: string): string;
  /** Kills kube-apiserver and starts it again on the same port with the same data; `downMs` of darkness in between. */
  restart(downMs?: number): Promise<void>;
  stop(): Promise<void>;
}

const START_ATTEMPTS = 3;
const READY_TIMEOUT_MS = 60_000;

/** Starts etcd and kube-apiserver; rejects with the end of their logs when they do not become ready. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const binaries = await ensureBinaries(options.onProgress);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(binaries, options.flags ?? []);
    } catch (error) {
      // Another process may have taken one of the ports in between.
      if (attempt === START_ATTEMPTS || !String(error).includes('address already in use')) throw error;
    }
  }
}

async function startOnce(binaries: Binaries, flags: readonly string[]): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'apiserver-'));
  const [etcdPort, port] = await Promise.all([freePort(), freePort()]);
  const adminToken = randomBytes(24).toString('hex');
  await writeKeys(folder, adminToken);
  const etcd = startServer(binaries.etcd, etcdFlags(folder, etcdPort), join(folder, 'etcd.log'));
  const launch = () =>
    startServer(binaries.kubeApiserver, [...apiServerFlags({ folder, etcdPort, port }), ...flags], join(folder, 'kube-apiserver.log'));
  let apiserver = launch();
  const stop = async () => {
    await apiserver.kill();
    await etcd.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const caPem = await ready({ folder, port, adminToken }, [apiserver, etcd]);
    const running = describeServer({
      binaries,
      folder,
      port,
      adminToken,
      caPem,
      keyPem: await readFile(join(folder, 'apiserver.key'), 'utf8'),
    });
    await writeFile(running.kubeconfigPath, running.kubeconfig, { mode: 0o600 });
    const restart = async (downMs = 0) => {
      await apiserver.kill();
      await sleep(downMs);
      apiserver = launch();
      await ready({ folder, port, adminToken }, [apiserver, etcd]);
    };
    return { ...running, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Running {
  readonly binaries: Binaries;
  readonly folder: string;
  readonly port: number;
  readonly adminToken: string;
  readonly caPem: string;
  readonly keyPem: string;
}

function describeServer(running: Running): Omit<ApiServer, 'restart' | 'stop'> {
  const { folder, port, adminToken, caPem } = running;
  const server = `https://127.0.0.1:${port}`;
  const kubeconfigPath = join(folder, 'kubeconfig.yaml');
  const request = (what: AdminRequest) => adminRequest({ port, caPem, token: adminToken }, what);
  const kubectl: ApiServer['kubectl'] = (args, input) =>
    runKubectl(running.binaries.kubectl, ['--kubeconfig', kubeconfigPath, ...args], input);
  return {
    server,
    port,
    caPem,
    servingCertificate: { certPem: caPem, keyPem: running.keyPem },
    adminToken,
    kubeconfig: kubeconfigYaml({ server, caPem, user: { token: adminToken } }),
    kubeconfigPath,
    folder,
    kubectlPath: running.binaries.kubectl,
    kubectl,
    request,
    installCrds: async (yaml) => {
      const applied = await kubectl(['apply', '--server-side', '-f', '-'], yaml);
      const waited =
        applied.code === 0 ? await kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', '-'], yaml) : applied;
      if (waited.code !== 0) throw new Error(`the API server did not take the CRDs: ${waited.stderr}`);
    },
    serviceAccountToken: (namespace, name, expirationSeconds = 3_600) => mintToken(request, { namespace, name, expirationSeconds }),
    kubeconfigFor: (user, address = server) => kubeconfigYaml({ server: address, caPem, user }),
  };
}

async function writeKeys(folder: string, adminToken: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(folder, 'tokens.csv'), `${adminToken},admin,admin,"system:masters"\n`, { mode: 0o600 });
}

/** Waits for /readyz; the serving certificate appears while the server starts. */
async function ready(target: { folder: string; port: number; adminToken: string }, servers: readonly Server[]): Promise<string> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const dead = servers.find((server) => !server.running());
    if (dead !== undefined) throw new Error(`the server ended while starting:\n${await dead.logTail()}`);
    const caPem = await readFile(join(target.folder, 'apiserver.crt'), 'utf8').catch(() => '');
    if (caPem.includes('END CERTIFICATE')) {
      const answer = await adminRequest({ port: target.port, caPem, token: target.adminToken }, { method: 'GET', path: '/readyz' }).catch(
        () => undefined,
      );
      if (answer?.status === 200) return caPem;
    }
    await sleep(40);
  }
  const tails = await Promise.all(servers.map((server) => server.logTail()));
  throw new Error(`kube-apiserver was not ready within ${READY_TIMEOUT_MS} ms:\n${tails.join('\n')}`);
}

async function mintToken(
  request: ApiServer['request'],
  account: { readonly namespace: string; readonly name: string; readonly expirationSeconds: number },
): Promise<string> {
  const accounts = `/api/v1/namespaces/${account.namespace}/serviceaccounts`;
  await request({ method: 'POST', path: accounts, body: { metadata: { name: account.name } } });
  const spec = { expirationSeconds: account.expirationSeconds };
  const answer = await request({ method: 'POST', path: `${accounts}/${account.name}/token`, body: { spec } });
  const body = answer.body as { readonly status?: { readonly token?: string } };
  if (body.status?.token === undefined)
    throw new Error(`no token for ${account.namespace}/${account.name}: ${JSON.stringify(answer.body)}`);
  return body.status.token;
}

function runKubectl(kubectl: string, args: readonly string[], input: string | undefined): ReturnType<ApiServer['kubectl']> {
  return new Promise((resolve) => {
    const child = execFile(kubectl, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}
