/** What the caller may do, asked with SelfSubjectAccessReviews: nothing is tried out. */
import { GROUP } from '../../api/group.ts';
import { RESOURCES } from '../../kube/cluster.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { type Finding, ok } from './finding.ts';

interface Need {
  readonly verb: 'get' | 'list' | 'watch' | 'patch';
  readonly resource: string;
}

const READING = ['get', 'list', 'watch'] as const;

export async function checkPermissions(kube: KubeAccess): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const where = kube.scope === undefined ? 'in all namespaces' : `in namespace ${kube.scope}`;
  for (const { plural } of Object.values(RESOURCES)) {
    const refused = await refusedOf(
      kube,
      READING.map((verb) => ({ verb, resource: plural })),
    );
    findings.push(
      refused.length === 0
        ? ok('permissions', `you may get, list and watch ${plural} ${where}`)
        : {
            area: 'permissions',
            what: `you may not ${refused.join(', ')} ${plural} ${where}`,
            result: 'failed',
            hint: 'bind the reading role of docs/kubectl-plugin.md to this user, or name a namespace with -n',
          },
    );
    const [patch] = await refusedOf(kube, [{ verb: 'patch', resource: plural }]);
    findings.push(
      patch === undefined
        ? ok('permissions', `you may patch ${plural} ${where}`)
        : {
            area: 'permissions',
            what: `you may not patch ${plural} ${where}: approve, retry, hold and release will be refused`,
            result: 'warning',
            hint: 'fine for a reader; else bind the acting role of docs/kubectl-plugin.md',
          },
    );
  }
  return findings;
}

async function refusedOf({ client, scope, signal }: KubeAccess, needs: readonly Need[]): Promise<readonly string[]> {
  const answers = await Promise.all(
    needs.map(async ({ verb, resource }) => {
      const attributes = { group: GROUP, resource, verb, ...(scope === undefined ? {} : { namespace: scope }) };
      const { status } = await client.request<{ readonly status: { readonly allowed: boolean } }>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: attributes } },
        signal,
      });
      return status.allowed ? [] : [verb];
    }),
  );
  return answers.flat();
}
