// Text of a kubeconfig with one cluster and one user.
import { stringify } from 'yaml';

export interface KubeconfigOptions {
  readonly server: string;
  readonly caPem: string;
  readonly user: { readonly token?: string; readonly tokenFile?: string };
  readonly namespace?: string;
}

export function kubeconfigYaml(options: KubeconfigOptions): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: options.namespace ?? 'default' } }],
    clusters: [
      { name: 'test', cluster: { server: options.server, 'certificate-authority-data': Buffer.from(options.caPem).toString('base64') } },
    ],
    users: [{ name: 'test', user: userEntry(options.user) }],
  });
}

/** client-node 2.0.1 ignores kubectl's `tokenFile`; this form of it is what it makes of an in-cluster configuration itself. */
function userEntry({ token, tokenFile }: KubeconfigOptions['user']): object {
  return tokenFile === undefined ? { token } : { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
}
