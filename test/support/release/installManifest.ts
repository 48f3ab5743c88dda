/** One file for `kubectl apply --server-side -f`: what the chart renders with its defaults, and the namespace that it goes to. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const INSTALL_NAMESPACE = 'sriov-system';

const NAMESPACE = `# Made from the Helm chart by \`npm run release\`; docs/install.md says how to use it.
apiVersion: v1
kind: Namespace
metadata:
  name: ${INSTALL_NAMESPACE}
  labels:
    pod-security.kubernetes.io/enforce: restricted
`;

export interface ManifestOptions {
  /** Path of Helm. */
  readonly helm: string;
  readonly chart: string;
  /** For --set. */
  readonly values: readonly string[];
}

/** Without the pod of helm test, and without labels that say that Helm manages it. */
export async function installManifest({ helm, chart, values }: ManifestOptions): Promise<string> {
  const set = values.flatMap((value) => ['--set', value]);
  const args = ['template', 'sriov', chart, '--namespace', INSTALL_NAMESPACE, '--no-hooks', '--set', 'helmTest.enabled=false', ...set];
  const { stdout } = await run(helm, args, { maxBuffer: 64 * 1024 * 1024 });
  const rendered = stdout
    .replaceAll(/^( +)app\.kubernetes\.io\/managed-by: Helm$/gm, '$1app.kubernetes.io/managed-by: kubectl')
    .replaceAll(/^( +)helm\.sh\/chart: .*\n/gm, '')
    .replaceAll(/^ +annotations:\n +helm\.sh\/resource-policy: keep\n/gm, '');
  return `${NAMESPACE}${rendered}`;
}
