// How to reach the API server and who we are there: client-node's KubeConfig, with one shared connection pool.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';

/** `inCluster`: the pod's service account. `file`: a kubeconfig. `default`: what kubectl would use. */
export type KubeConfigSource =
  | { readonly kind: 'inCluster' }
  | { readonly kind: 'file'; readonly path: string; readonly context?: string }
  | { readonly kind: 'default'; readonly context?: string };

export type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

export interface Credentials {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Connection {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What stands before `/api` in every path; mostly empty. */
  readonly basePath: string;
  /** The namespace of the service account or of the kubeconfig's context. */
  readonly namespace: string | undefined;
  credentials(): Promise<Credentials>;
  /** Reads the configuration again after `rejected` was refused; true when there are other credentials to try now. */
  renew(rejected: Credentials): Promise<boolean>;
  close(): Promise<void>;
}

// KubeConfig makes a new agent, with TLS handshakes of its own, for every call (measured with 2.0.1: 100 requests, 100
// connections), so we ask it rarely and keep its first agent. Token files are read again by it after 60 s.
const HEADERS_VALID_MS = 10_000;
const RENEW_PAUSE_MS = 1_000;

/** Throws when there is no usable configuration. */
export function openConnection(source: KubeConfigSource): Connection {
  return new SharedConnection(source);
}

class SharedConnection implements Connection {
  readonly #source: KubeConfigSource;
  #config: KubeConfig;
  #identity: string;
  #current: (Credentials & { readonly at: number }) | undefined;
  #renewed = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(source: KubeConfigSource) {
    this.#source = source;
    this.#config = load(source);
    this.#identity = tlsIdentity(this.#config);
  }

  get origin(): string {
    return this.#server().origin;
  }

  get basePath(): string {
    return this.#server().pathname.replace(/\/$/, '');
  }

  get namespace(): string | undefined {
    return this.#config.getContextObject(this.#config.getCurrentContext())?.namespace?.trim();
  }

  async credentials(): Promise<Credentials> {
    if (this.#closed) throw new Error('the connection to the API server is closed');
    const known = this.#current;
    if (known !== undefined && performance.now() - known.at < HEADERS_VALID_MS) return known;
    const fresh = await ask(this.#config);
    const dispatcher = this.#current?.dispatcher ?? fresh.dispatcher;
    this.#current = { dispatcher, headers: fresh.headers, at: performance.now() };
    return this.#current;
  }

  async renew(rejected: Credentials): Promise<boolean> {
    if (performance.now() - this.#renewed > RENEW_PAUSE_MS) {
      this.#renewed = performance.now();
      const config = load(this.#source);
      const identity = tlsIdentity(config);
      const retired = identity === this.#identity ? undefined : this.#current?.dispatcher;
      const dispatcher = identity === this.#identity ? this.#current?.dispatcher : undefined;
      const fresh = await ask(config);
      this.#config = config;
      this.#identity = identity;
      this.#current = { dispatcher: dispatcher ?? fresh.dispatcher, headers: fresh.headers, at: performance.now() };
      // Requests under way finish on the old connections.
      retired?.close().catch(() => undefined);
    }
    const now = await this.credentials();
    return now.dispatcher !== rejected.dispatcher || now.headers['Authorization'] !== rejected.headers['Authorization'];
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#current?.dispatcher.destroy();
  }

  #server(): URL {
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig has no current cluster; set current-context');
    return new URL(cluster.server);
  }
}

function load(source: KubeConfigSource): KubeConfig {
  const config = new KubeConfig();
  if (source.kind === 'inCluster') config.loadFromCluster();
  else if (source.kind === 'default') config.loadFromDefault();
  else config.loadFromFile(source.path);
  if (source.kind !== 'inCluster' && source.context !== undefined) config.setCurrentContext(source.context);
  trustSystemRoots(config);
  return config;
}

/** Without any TLS option KubeConfig makes no agent at all; naming the system's roots keeps trust as it is and gives one. */
function trustSystemRoots(config: KubeConfig): void {
  config.clusters = config.clusters.map((cluster) => {
    const own = cluster.caData !== undefined || cluster.caFile !== undefined || cluster.skipTLSVerify;
    return own ? cluster : { ...cluster, caData: Buffer.from(getCACertificates('default').join('\n')).toString('base64') };
  });
}

async function ask(config: KubeConfig): Promise<Credentials> {
  const context = new RequestContext(config.getCurrentCluster()?.server ?? '', HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  const dispatcher = context.getDispatcher();
  if (dispatcher === undefined) throw new Error('the kubeconfig gives no way to connect: its cluster has neither a CA nor a proxy');
  // A token file may end in a line feed, which no header may contain.
  const headers = Object.entries(context.getHeaders()).map(([name, value]) => [name, value.trim()]);
  return { dispatcher, headers: Object.fromEntries(headers) };
}

/** Changes when connections made before must not be used any more: other server, other CA, other client certificate. */
function tlsIdentity(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const files = [cluster?.caFile, user?.certFile, user?.keyFile].map((path) => (path ? readFileSync(path, 'utf8') : ''));
  return createHash('sha256')
    .update(JSON.stringify([cluster, user?.certData, user?.keyData, files]))
    .digest('hex');
}
