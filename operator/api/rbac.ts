/** Everything that the operator may do in Kubernetes, as data: the chart, the demo and the tests take it from here. Never a wildcard. */
import { GROUP } from './group.ts';

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** In every namespace that the operator looks after. */
export const WATCHED_NAMESPACE_RULES: readonly PolicyRule[] = [
  // The watch caches, and the one fresh read before a disruptive act.
  { apiGroups: [GROUP], resources: ['sriovhosts', 'sriovvmattachments'], verbs: ['get', 'list', 'watch'] },
  // Status by server-side apply, which is a patch of the subresource.
  { apiGroups: [GROUP], resources: ['sriovhosts/status', 'sriovvmattachments/status'], verbs: ['patch'] },
  // Finalizers: an attachment stays until its card is out of the VM, a host only while it is in maintenance mode or restarting through us.
  { apiGroups: [GROUP], resources: ['sriovhosts', 'sriovvmattachments'], verbs: ['patch'] },
  // Credentials of hosts, BMCs and vSphere servers; each is read, listed and watched by its name, so that resourceNames can narrow this rule.
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
  // Patch makes repeats of an event one series.
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
];

/** In the namespace that the operator runs in: the lease that makes one replica the leader, and the restart permits. */
export const OWN_NAMESPACE_RULES: readonly PolicyRule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list', 'create', 'update'] },
];

/** Labels of namespaces, which only hosts with spec.attachments.from: Selector need: read one by one, never listed. */
export const NAMESPACE_SELECTOR_RULES: readonly PolicyRule[] = [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }];

const BOTH_KINDS = ['sriovhosts', 'sriovvmattachments'];
const READ = ['get', 'list', 'watch'];

/**
 * Roles for people, by what they are for. The verbs named like annotations are what the chart's admission policies ask for; they mean
 * nothing to Kubernetes itself. No role reads Secrets.
 */
export const USER_ROLES: Readonly<Record<'view' | 'tenant' | 'edit' | 'approve', readonly PolicyRule[]>> = {
  view: [{ apiGroups: [GROUP], resources: BOTH_KINDS, verbs: READ }],
  tenant: [
    {
      apiGroups: [GROUP],
      resources: ['sriovvmattachments'],
      verbs: [...READ, 'create', 'update', 'patch', 'delete', 'retry', 'hold', 'abandon'],
    },
  ],
  edit: [
    { apiGroups: [GROUP], resources: BOTH_KINDS, verbs: [...READ, 'create', 'update', 'patch', 'delete', 'retry', 'hold', 'abandon'] },
  ],
  approve: [
    { apiGroups: [GROUP], resources: ['sriovhosts'], verbs: [...READ, 'patch', 'approve', 'retry', 'hold', 'restore', 'detach', 'use'] },
  ],
};

export interface RbacOptions {
  /** Where the operator and its service account are. */
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Empty: all namespaces, which takes a ClusterRole. */
  readonly watchNamespaces: readonly string[];
  /** True where hosts open themselves to namespaces by label; takes a ClusterRole of its own. Default false. */
  readonly namespaceSelectors?: boolean;
}

export interface RbacManifest {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'Role' | 'ClusterRole' | 'RoleBinding' | 'ClusterRoleBinding';
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly PolicyRule[];
  readonly roleRef?: { readonly apiGroup: 'rbac.authorization.k8s.io'; readonly kind: 'Role' | 'ClusterRole'; readonly name: string };
  readonly subjects?: readonly { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string }[];
}

const NAME = 'esxi-sriov-operator';

/** Roles and bindings for one installation; the service account itself is not among them. */
export function rbacManifests(options: RbacOptions): readonly RbacManifest[] {
  const { namespace, watchNamespaces } = options;
  const watched =
    watchNamespaces.length === 0
      ? granted(options, { name: NAME, rules: WATCHED_NAMESPACE_RULES })
      : watchNamespaces.flatMap((watch) => granted(options, { name: NAME, namespace: watch, rules: WATCHED_NAMESPACE_RULES }));
  const selectors =
    options.namespaceSelectors === true ? granted(options, { name: `${NAME}-namespaces`, rules: NAMESPACE_SELECTOR_RULES }) : [];
  return [...watched, ...selectors, ...granted(options, { name: `${NAME}-leader`, namespace, rules: OWN_NAMESPACE_RULES })];
}

interface Grant {
  readonly name: string;
  /** Left out: the whole cluster. */
  readonly namespace?: string;
  readonly rules: readonly PolicyRule[];
}

function granted(options: RbacOptions, { name, namespace, rules }: Grant): readonly [RbacManifest, RbacManifest] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = namespace === undefined ? { name } : { name, namespace };
  const roleKind = namespace === undefined ? 'ClusterRole' : 'Role';
  return [
    { apiVersion, kind: roleKind, metadata, rules },
    {
      apiVersion,
      kind: `${roleKind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: roleKind, name },
      subjects: [{ kind: 'ServiceAccount', name: options.serviceAccount, namespace: options.namespace }],
    },
  ];
}
