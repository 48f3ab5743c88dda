/** The operator asks for what it needs and nothing else. */
import { describe, expect, it } from '@jest/globals';
import { OWN_NAMESPACE_RULES, rbacManifests, WATCHED_NAMESPACE_RULES } from '../../../operator/api/rbac.ts';

const rules = [...WATCHED_NAMESPACE_RULES, ...OWN_NAMESPACE_RULES];
const options = { namespace: 'sriov-system', serviceAccount: 'operator' };

describe('the rules', () => {
  it('have no wildcard anywhere', () => {
    expect(rules.flatMap((rule) => [...rule.apiGroups, ...rule.resources, ...rule.verbs]).filter((word) => word.includes('*'))).toEqual([]);
  });

  it('never delete, never escalate, and write Secrets not at all', () => {
    const verbs = new Set(rules.flatMap((rule) => rule.verbs));
    expect(['delete', 'deletecollection', 'escalate', 'bind', 'impersonate'].filter((verb) => verbs.has(verb))).toEqual([]);
    expect(rules.filter((rule) => rule.resources.includes('secrets')).flatMap((rule) => rule.verbs)).toEqual(['get', 'list', 'watch']);
  });
});

describe('rbacManifests', () => {
  const summary = (watchNamespaces: readonly string[]): readonly string[] =>
    rbacManifests({ ...options, watchNamespaces }).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`);

  it('grants the whole cluster only where all namespaces are watched', () => {
    expect(summary([])).toEqual([
      'ClusterRole -/esxi-sriov-operator',
      'ClusterRoleBinding -/esxi-sriov-operator',
      'Role sriov-system/esxi-sriov-operator-leader',
      'RoleBinding sriov-system/esxi-sriov-operator-leader',
    ]);
  });

  it('grants namespaces one by one otherwise, its own among them without a clash', () => {
    const named = summary(['a', 'sriov-system']);
    expect(named.filter((line) => line.startsWith('Cluster'))).toEqual([]);
    expect(named).toContain('RoleBinding a/esxi-sriov-operator');
    expect(new Set(named).size).toBe(named.length);
  });

  it('lets namespaces be read only where hosts select them by label, and never listed', () => {
    const withSelectors = rbacManifests({ ...options, watchNamespaces: ['a'], namespaceSelectors: true });
    const cluster = withSelectors.filter(({ kind }) => kind === 'ClusterRole');
    expect(cluster.map(({ rules: own }) => own)).toEqual([[{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }]]);
  });

  it('binds every role to the one service account', () => {
    const bindings = rbacManifests({ ...options, watchNamespaces: ['a'] }).filter((one) => one.subjects !== undefined);
    expect(bindings.map((one) => one.subjects)).toEqual(
      bindings.map(() => [{ kind: 'ServiceAccount', name: 'operator', namespace: 'sriov-system' }]),
    );
    expect(bindings.map((one) => one.roleRef?.name)).toEqual(['esxi-sriov-operator', 'esxi-sriov-operator-leader']);
  });
});
