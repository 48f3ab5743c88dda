/** Credentials that neither a file nor the environment has are asked for, once for each Secret; never on the command line, where others see them. */
import type { SecretData } from '../../ports/cluster.ts';
import type { Io } from '../io.ts';
import type { Manifest } from '../manifests.ts';
import { findSecret } from './secrets.ts';

export interface Credentials {
  secret(namespace: string, name: string): Promise<SecretData | undefined>;
}

/** Undefined where nobody can be asked: then the error says which Secret is missing. */
export function createCredentials(manifests: readonly Manifest[], io: Pick<Io, 'env' | 'ask' | 'askSecret'>): Credentials {
  const asked = new Map<string, Promise<SecretData | undefined>>();
  return {
    secret: async (_, name) => {
      const known = asked.get(name) ?? complete(name, findSecret(name, manifests, io.env), io);
      asked.set(name, known);
      return await known;
    },
  };
}

async function complete(
  name: string,
  found: SecretData | undefined,
  { ask, askSecret }: Pick<Io, 'ask' | 'askSecret'>,
): Promise<SecretData | undefined> {
  const data = found?.data ?? {};
  const enough = data['username'] !== undefined && (data['password'] !== undefined || data['ssh-privatekey'] !== undefined);
  if (enough || ask === undefined || askSecret === undefined) return found;
  const username = data['username'] ?? (await ask(`username of Secret ${name}: `)).trim();
  const withKey = data['password'] !== undefined || data['ssh-privatekey'] !== undefined;
  const password = withKey ? {} : { password: await askSecret(`password of ${username} (not shown): `) };
  return { resourceVersion: '', data: { ...data, username, ...password } };
}
