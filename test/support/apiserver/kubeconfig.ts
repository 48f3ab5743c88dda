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
    users: [{ name: 'test', user: options.user }],
  });
}
