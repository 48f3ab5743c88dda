/** Credentials for a direct look: Secrets of the same file, else the environment. Values are shown nowhere. */
import type { SecretData } from '../../ports/cluster.ts';
import type { Io } from '../io.ts';
import type { Manifest } from '../manifests.ts';

interface SecretManifest extends Manifest {
  readonly stringData?: Readonly<Record<string, string>>;
  /** Base64. */
  readonly data?: Readonly<Record<string, string>>;
}

const KEYS = ['username', 'password', 'ssh-privatekey'] as const;

/** Undefined where neither the file nor the environment has anything of this Secret. */
export function findSecret(name: string, manifests: readonly Manifest[], env: Io['env']): SecretData | undefined {
  const secret = manifests.find(({ apiVersion, kind, metadata }) => apiVersion === 'v1' && kind === 'Secret' && metadata.name === name);
  const data = { ...fromFile(secret), ...fromEnvironment(name, env) };
  return Object.keys(data).length === 0 ? undefined : { resourceVersion: '', data };
}

function fromFile(secret: SecretManifest | undefined): Readonly<Record<string, string>> {
  const decoded = Object.entries(secret?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]);
  return { ...Object.fromEntries(decoded), ...secret?.stringData };
}

function fromEnvironment(name: string, env: Io['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    KEYS.flatMap((key) => {
      const value = env[variableOf(name, key)];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** `esx-01`, `username` -> `SRIOV_SECRET_ESX_01_USERNAME`. */
export function variableOf(secret: string, key: string): string {
  return `SRIOV_SECRET_${secret}_${key}`.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}
