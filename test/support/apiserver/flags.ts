// Command lines of etcd and kube-apiserver.
import { join } from 'node:path';

/** A throw-away etcd: no disk is waited for. */
export function etcdFlags(folder: string, port: number): string[] {
  const client = `http://127.0.0.1:${port}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    '--listen-peer-urls=http://127.0.0.1:0',
    '--unsafe-no-fsync',
    '--log-level=error',
  ];
}

/** As little as our tests need: RBAC on, the machinery for nodes and fairness off. */
export function apiServerFlags({ folder, etcdPort, port }: { folder: string; etcdPort: number; port: number }): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${folder}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--endpoint-reconciler-type=none',
    '--enable-priority-and-fairness=false',
    '--profiling=false',
    // No controller-manager runs here, so nobody would make the service accounts that this plugin waits for.
    '--disable-admission-plugins=ServiceAccount',
  ];
}
