/** The people of the admission tests and what they are granted: by the chart's own ClusterRoles, bound in namespaces. */
import { GROUP } from '../../../operator/api/group.ts';
import { FLEET, FULLNAME, NAMESPACE, OPERATOR, TENANT } from './cases.ts';

const RBAC = 'rbac.authorization.k8s.io';

function bound(user: string, namespace: string, role: string, kind: 'ClusterRole' | 'Role' = 'ClusterRole'): object {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: `${user}-${role}`.replaceAll(':', '.'), namespace },
    roleRef: { apiGroup: RBAC, kind, name: role },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: user }],
  };
}

const ours = (role: string): string => `${NAMESPACE}:${FULLNAME}-${role}`;

export function userManifests(): readonly object[] {
  const namespaces = [NAMESPACE, FLEET, TENANT].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const fenced = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'fenced',
      annotations: { 'sriov.esxi.io/hosts': `${FLEET}/esx-01, lab/*`, 'sriov.esxi.io/vms': '/dc1/vm/fenced,/dc2/vm/fenced/shared' },
    },
  };
  const use = {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'use-esx-01', namespace: FLEET },
    rules: [{ apiGroups: [GROUP], resources: ['sriovhosts'], resourceNames: ['esx-01'], verbs: ['use'] }],
  };
  const plain = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'plain-writer' },
    rules: [{ apiGroups: [GROUP], resources: ['sriovhosts', 'sriovvmattachments'], verbs: ['get', 'list', 'create', 'update', 'patch'] }],
  };
  return [
    ...namespaces,
    fenced,
    use,
    plain,
    bound('editor', FLEET, ours('edit')),
    bound('approver', FLEET, ours('approve')),
    bound('viewer', FLEET, ours('view')),
    bound('tenant', TENANT, ours('tenant')),
    bound('tenant', 'fenced', ours('tenant')),
    bound('guest', TENANT, ours('tenant')),
    bound('guest', FLEET, 'use-esx-01', 'Role'),
    bound('nobody-special', FLEET, 'plain-writer'),
    bound('carol-without-verbs', TENANT, 'plain-writer'),
    bound(OPERATOR, FLEET, 'plain-writer'),
  ];
}

/** A service account of the fleet with the role `edit`, and the right to see which policies there are. */
export function serviceAccountManifests(name: string): readonly object[] {
  const subjects = [{ kind: 'ServiceAccount', name, namespace: FLEET }];
  const roleRef = (role: string): object => ({ apiGroup: RBAC, kind: 'ClusterRole', name: role });
  const apiVersion = `${RBAC}/v1`;
  return [
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [{ apiGroups: ['admissionregistration.k8s.io'], resources: ['validatingadmissionpolicies'], verbs: ['list'] }],
    },
    { apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, roleRef: roleRef(name), subjects },
    { apiVersion, kind: 'RoleBinding', metadata: { name, namespace: FLEET }, roleRef: roleRef(ours('edit')), subjects },
  ];
}
