/** What the caller may do with our kinds: read them, annotate them, and what admission policies ask for beside. */
import { RESOURCES } from '../../kube/cluster.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { refusedOf } from './accessReview.ts';
import { type Finding, ok } from './finding.ts';
import { checkPolicyVerbs } from './policyVerbs.ts';

const READING = ['get', 'list', 'watch'];

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
    if (patch === undefined) {
      findings.push(ok('permissions', `you may patch ${plural} ${where}`), ...(await checkPolicyVerbs(kube, plural)));
    } else {
      findings.push({
        area: 'permissions',
        what: `you may not patch ${plural} ${where}: the verbs that write will be refused`,
        result: 'warning',
        hint: "fine for a reader; else bind one of the chart's roles for people (docs/install.md, who may do what)",
      });
    }
  }
  return findings;
}
