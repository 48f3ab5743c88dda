/** How to reach the vSphere server of a SriovHost, and which credentials it has rejected. */
import type { SriovHost } from '../../../api/types.ts';
import type { Cluster, SecretData } from '../../../ports/cluster.ts';
import { isPortError, PortError } from '../../../ports/errors.ts';
import type { VSphere, VsphereConnector, VsphereTarget } from '../../../ports/vsphere.ts';
import { RetryWishes } from './retryWishes.ts';

export interface Login {
  readonly vsphere: VSphere;
  /** `host` or `host:port`. */
  readonly server: string;
  /** Identity of server and credentials; another version of the Secret is another identity. */
  readonly identity: string;
}

/**
 * Remembers credentials that a server rejected, so that a hundred attachments try a wrong password once and not a hundred times: ESXi locks
 * an account after a few failures. A changed Secret or the retry annotation makes it forget.
 */
export class RejectedLogins {
  readonly #errors = new Map<string, PortError>();
  readonly #wishes: RetryWishes;

  constructor(now: () => Date) {
    this.#wishes = new RetryWishes(now);
  }

  check(identity: string): void {
    const error = this.#errors.get(identity);
    if (error !== undefined) throw error;
  }

  /** Takes note of a rejection; any other error is none of its business. */
  note(identity: string, error: unknown): void {
    if (isPortError(error, 'VsphereCredentialsRejected')) this.#errors.set(identity, error);
  }

  /** Forgets the rejection once for each `wish`, and once for those that come at about the same time. */
  retry(identity: string, wish: string): void {
    this.#wishes.ask(wish);
    if (this.#wishes.grant(identity, wish)) this.#errors.delete(identity);
  }
}

/**
 * Default endpoint: the host's own, with the credentials of spec.esxi. Rejects with SecretNotFound, with SecretKeyMissing, and with the server's
 * rejection where it is remembered. `retry` names a wish to try it all the same; each counts once.
 */
export async function login(
  ports: { readonly cluster: Pick<Cluster, 'secret'>; readonly vsphere: VsphereConnector; readonly rejected?: RejectedLogins },
  { host, retry }: { readonly host: SriovHost; readonly retry?: string | undefined },
  signal: AbortSignal,
): Promise<Login> {
  const { vsphere, esxi } = host.spec;
  const secretName = (vsphere ?? esxi).credentialsSecretRef.name;
  const { namespace } = host.metadata;
  const secret = await ports.cluster.secret(namespace, secretName, signal);
  const where = `Secret ${namespace}/${secretName}`;
  if (secret === undefined) throw new PortError('SecretNotFound', `${where} does not exist.`);
  const target: VsphereTarget = {
    server: vsphere?.server ?? esxi.address,
    username: required(secret, 'username', where),
    password: required(secret, 'password', where),
    tls: { caBundle: vsphere?.caBundle, certificateFingerprint: vsphere?.certificateFingerprint },
  };
  const identity = `${target.server} ${where} ${secret.resourceVersion}`;
  if (retry !== undefined) ports.rejected?.retry(identity, retry);
  ports.rejected?.check(identity);
  return { vsphere: ports.vsphere.open(target, { retry }), server: target.server, identity };
}

function required(secret: SecretData, key: string, where: string): string {
  const value = secret.data[key];
  if (value === undefined || value === '') {
    throw new PortError('SecretKeyMissing', `${where} has no key ${key}, which the vSphere API needs.`);
  }
  return value;
}
