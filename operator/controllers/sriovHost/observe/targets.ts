/** Credentials and addresses of a host and its BMC, from the spec and its Secrets. */
import type { SriovHost } from '../../../api/types.ts';
import type { BmcTarget } from '../../../ports/bmc.ts';
import type { Cluster, SecretData } from '../../../ports/cluster.ts';
import { PortError } from '../../../ports/errors.ts';
import type { EsxiTarget } from '../../../ports/esxiHost.ts';
import { keyOf } from '../../names.ts';

/** Where credentials come from. */
export type Secrets = Pick<Cluster, 'secret'>;

/** `pinned` is the first key seen, where the spec trusts it; from then on only that one is accepted. */
export async function esxiTarget(cluster: Secrets, host: SriovHost, pinned: string | undefined, signal: AbortSignal): Promise<EsxiTarget> {
  const { esxi } = host.spec;
  const secret = await readSecret(cluster, host, { name: esxi.credentialsSecretRef.name, field: 'spec.esxi.credentialsSecretRef' }, signal);
  const { username, password, 'ssh-privatekey': privateKey } = secret.data;
  if (username === undefined) throw missing(host, esxi.credentialsSecretRef.name, 'username');
  if (password === undefined && privateKey === undefined)
    throw missing(host, esxi.credentialsSecretRef.name, 'password (or ssh-privatekey)');
  const trusted = esxi.trustOnFirstUse === true && pinned !== undefined ? [pinned] : [];
  return {
    key: keyOf(host),
    address: esxi.address,
    port: esxi.sshPort,
    credentials: { username, password, privateKey },
    hostKeyFingerprints: [...(esxi.hostKeyFingerprints ?? []), ...trusted],
    trustOnFirstUse: esxi.trustOnFirstUse === true && pinned === undefined,
  };
}

export async function bmcTarget(cluster: Secrets, host: SriovHost, signal: AbortSignal): Promise<BmcTarget | undefined> {
  const { bmc } = host.spec;
  if (bmc === undefined) return undefined;
  const secret = await readSecret(cluster, host, { name: bmc.credentialsSecretRef.name, field: 'spec.bmc.credentialsSecretRef' }, signal);
  const { username, password } = secret.data;
  if (username === undefined) throw missing(host, bmc.credentialsSecretRef.name, 'username');
  if (password === undefined) throw missing(host, bmc.credentialsSecretRef.name, 'password');
  return {
    key: keyOf(host),
    systemUrl: bmc.systemUrl,
    username,
    password,
    tls: { caBundle: bmc.caBundle, certificateFingerprint: bmc.certificateFingerprint },
  };
}

async function readSecret(
  cluster: Secrets,
  host: SriovHost,
  from: { readonly name: string; readonly field: string },
  signal: AbortSignal,
): Promise<SecretData> {
  const { namespace } = host.metadata;
  const secret = await cluster.secret(namespace, from.name, signal);
  if (secret !== undefined) return secret;
  throw new PortError(
    'SecretNotFound',
    `Secret ${namespace}/${from.name} of ${from.field} does not exist; create it and the operator goes on by itself`,
  );
}

function missing(host: SriovHost, name: string, key: string): PortError {
  return new PortError(
    'SecretKeyMissing',
    `Secret ${host.metadata.namespace}/${name} has no key ${key}; add it and the operator goes on by itself`,
  );
}
