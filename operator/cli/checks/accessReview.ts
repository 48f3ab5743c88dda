/** What the caller may do, asked with SelfSubjectAccessReviews: nothing is tried out. */
import { GROUP } from '../../api/group.ts';
import type { KubeAccess } from '../kubeAccess.ts';

export interface Need {
  readonly verb: string;
  /** In plural. */
  readonly resource: string;
  /** Left out: ours. */
  readonly group?: string;
  /** Of resources that are in no namespace. */
  readonly everywhere?: true;
}

/** Resolves with the verbs that are refused, in the namespaces that the caller works in. */
export async function refusedOf({ client, scope, signal }: KubeAccess, needs: readonly Need[]): Promise<readonly string[]> {
  const answers = await Promise.all(
    needs.map(async ({ verb, resource, group = GROUP, everywhere }) => {
      const attributes = { group, resource, verb, ...(scope === undefined || everywhere === true ? {} : { namespace: scope }) };
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
