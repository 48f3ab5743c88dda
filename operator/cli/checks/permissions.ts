/** What the caller may do with our kinds: read them, annotate them, and what admission policies ask for beside. */
import { RESOURCES } from '../../kube/cluster.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { refusedOf } from './accessReview.ts';
import { type Finding, failed, ok, warning } from './finding.ts';
import { checkPolicyVerbs } from './policyVerbs.ts';

const READING = ['get', 'list', 'watch'];

/** Kind by kind: what cannot be asked about one is a finding of its own, and the other is asked about nevertheless. */
export async function checkReading(kube: KubeAccess, plural: string): Promise<readonly Finding[]> {
  const refused = await refusedOf(
    kube,
    READING.map((verb) => ({ verb, resource: plural })),
  );
  if (refused.length === 0) return [ok('read-rights', `you may get, list and watch ${plural} ${where(kube)}`)];
  const hint = 'bind the reading role of docs/kubectl-plugin.md to this user, or name a namespace with -n';
  return [failed('read-rights', `you may not ${refused.join(', ')} ${plural} ${where(kube)}`, hint)];
}

/** And of what admission policies ask for beside. */
export async function checkWriting(kube: KubeAccess, plural: string): Promise<readonly Finding[]> {
  const [patch] = await refusedOf(kube, [{ verb: 'patch', resource: plural }]);
  if (patch === undefined) return [ok('write-rights', `you may patch ${plural} ${where(kube)}`), ...(await checkPolicyVerbs(kube, plural))];
  return [
    warning(
      'write-rights',
      `you may not patch ${plural} ${where(kube)}: the verbs that write will be refused`,
      "fine for a reader; else bind one of the chart's roles for people (docs/install.md, who may do what)",
    ),
  ];
}

export const PLURALS = Object.values(RESOURCES).map(({ plural }) => plural);

function where({ scope }: KubeAccess): string {
  return scope === undefined ? 'in all namespaces' : `in namespace ${scope}`;
}
