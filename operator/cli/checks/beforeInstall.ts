/** What `check --pre` asks: whether the chart can be installed into the namespace by this caller, and nobody else is there already. */
import { GROUP, VERSION } from '../../api/group.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { type Need, refusedOf } from './accessReview.ts';
import { servedResources } from './crds.ts';
import { type Finding, failed, ok, warning } from './finding.ts';
import { judgeLease, readLeases } from './lease.ts';

/** What the chart consists of by default; a test compares it with its templates. Secrets are where Helm keeps its releases. */
export const INSTALLED: readonly (Need & { readonly kind: string })[] = [
  need('CustomResourceDefinition', { resource: 'customresourcedefinitions', group: 'apiextensions.k8s.io', everywhere: true }),
  need('ClusterRole', { resource: 'clusterroles', group: 'rbac.authorization.k8s.io', everywhere: true }),
  need('ClusterRoleBinding', { resource: 'clusterrolebindings', group: 'rbac.authorization.k8s.io', everywhere: true }),
  need('ValidatingAdmissionPolicy', { resource: 'validatingadmissionpolicies', group: 'admissionregistration.k8s.io', everywhere: true }),
  need('ValidatingAdmissionPolicyBinding', {
    resource: 'validatingadmissionpolicybindings',
    group: 'admissionregistration.k8s.io',
    everywhere: true,
  }),
  need('Role', { resource: 'roles', group: 'rbac.authorization.k8s.io' }),
  need('RoleBinding', { resource: 'rolebindings', group: 'rbac.authorization.k8s.io' }),
  need('Deployment', { resource: 'deployments', group: 'apps' }),
  need('NetworkPolicy', { resource: 'networkpolicies', group: 'networking.k8s.io' }),
  need('PodDisruptionBudget', { resource: 'poddisruptionbudgets', group: 'policy' }),
  need('Service', { resource: 'services', group: '' }),
  need('ServiceAccount', { resource: 'serviceaccounts', group: '' }),
  need('Secret', { resource: 'secrets', group: '' }),
];

function need(kind: string, what: Omit<Need, 'verb'>): Need & { readonly kind: string } {
  return { kind, verb: 'create', ...what };
}

/** Who grants rights must have them, or may `escalate`. */
const GRANTING: readonly Need[] = [{ verb: 'escalate', resource: 'clusterroles', group: 'rbac.authorization.k8s.io', everywhere: true }];

export async function checkInstallRights(kube: KubeAccess): Promise<readonly Finding[]> {
  const into = { ...kube, scope: kube.namespace };
  const refused = await Promise.all(INSTALLED.map(async (one) => ((await refusedOf(into, [one])).length > 0 ? [one.kind] : [])));
  const kinds = refused.flat();
  const where = `in namespace ${kube.namespace}`;
  const rights =
    kinds.length === 0
      ? ok('install-rights', `you may create all that the chart consists of ${where}`)
      : failed(
          'install-rights',
          `you may not create ${kinds.join(', ')} ${where}`,
          'let somebody install it who may; docs/install.md says what can be left out',
        );
  if ((await refusedOf(into, GRANTING)).length === 0) return [rights];
  const hint = 'fine where you have every right of the operator yourself (docs/security.md); else the roles are refused';
  return [rights, warning('install-rights', 'you may not grant rights that you do not have (escalate on clusterroles)', hint)];
}

export async function checkNotInstalled(kube: KubeAccess): Promise<readonly Finding[]> {
  if ((await servedResources(kube)) === undefined) return [ok('not-installed', `${GROUP}/${VERSION} is not served yet`)];
  const hint = 'fine for an upgrade (docs/install.md, Upgrade) and where the CRDs are installed apart';
  return [warning('not-installed', `${GROUP}/${VERSION} is served already`, hint)];
}

/** Two operators would work on the same hosts, each with a lease of its own. */
export async function checkOtherOperator(kube: KubeAccess, now: () => Date): Promise<readonly Finding[]> {
  const leases = await readLeases(kube, undefined);
  if (leases === 'forbidden') {
    const hint = 'ask for list leases in all namespaces, or make sure that no operator runs yet';
    return [warning('other-operator', 'you may not see whether an operator runs already', hint)];
  }
  const alive = leases.filter((lease) => judgeLease(lease, now()).result === 'ok').map(({ metadata }) => metadata.namespace);
  const others = alive.filter((namespace) => namespace !== kube.namespace);
  if (others.length > 0) {
    const what = `an operator runs already in namespace ${others.join(', ')}: both would look after the same hosts`;
    return [warning('other-operator', what, 'upgrade that one, or give each its own namespaces (value watchNamespaces)')];
  }
  return [
    ok('other-operator', alive.length === 0 ? 'no operator runs yet' : `the operator in namespace ${kube.namespace} would be upgraded`),
  ];
}
