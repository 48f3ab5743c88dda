/** The roles of the operator on a real API server: what it may do, and what not. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type RbacManifest, rbacManifests } from '../../../operator/api/rbac.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';

const cluster = withApiServer();
const OWN = 'sriov-system';
const accounts = { clusterWide: 'everywhere', narrow: 'one-namespace' };

beforeAll(async () => {
  const namespaces = [OWN, 'watched', 'other'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  const manifests: readonly (RbacManifest | { kind: string })[] = [
    ...namespaces,
    ...named(rbacManifests({ namespace: OWN, serviceAccount: accounts.clusterWide, watchNamespaces: [] }), 'wide'),
    ...named(rbacManifests({ namespace: OWN, serviceAccount: accounts.narrow, watchNamespaces: ['watched'] }), 'narrow'),
  ];
  const { code, stderr } = await cluster().kubectl(
    ['apply', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/** Two installations in one cluster would share names. */
function named(manifests: readonly RbacManifest[], suffix: string): readonly RbacManifest[] {
  return manifests.map(({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, name: `${metadata.name}-${suffix}` },
    ...(rest.roleRef === undefined ? {} : { roleRef: { ...rest.roleRef, name: `${rest.roleRef.name}-${suffix}` } }),
  }));
}

async function may(account: string, verb: string, resource: string, namespace: string): Promise<boolean> {
  const [name = '', group = ''] = resource.split(/\.(.*)/s);
  const [plain = '', subresource = ''] = name.split('/');
  const answer = await cluster().request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: {
      spec: {
        user: `system:serviceaccount:${OWN}:${account}`,
        groups: ['system:serviceaccounts', 'system:authenticated'],
        resourceAttributes: { verb, group, resource: plain, subresource, namespace },
      },
    },
  });
  return (answer.body as { status: { allowed: boolean } }).status.allowed;
}

const HOSTS = 'sriovhosts.sriov.esxi.io';
const ATTACHMENTS = 'sriovvmattachments.sriov.esxi.io';

const needed: readonly (readonly [string, string])[] = [
  ...['get', 'list', 'watch'].flatMap((verb) => [HOSTS, ATTACHMENTS, 'secrets'].map((resource) => [verb, resource] as const)),
  ['patch', 'sriovhosts/status.sriov.esxi.io'],
  ['patch', 'sriovvmattachments/status.sriov.esxi.io'],
  ['patch', HOSTS],
  ['patch', ATTACHMENTS],
  ['create', 'events.events.k8s.io'],
  ['patch', 'events.events.k8s.io'],
];

const never: readonly (readonly [string, string])[] = [
  ['create', 'secrets'],
  ['update', 'secrets'],
  ['delete', 'secrets'],
  ['create', HOSTS],
  ['update', HOSTS],
  ['delete', HOSTS],
  ['delete', ATTACHMENTS],
  ['update', 'sriovhosts/status.sriov.esxi.io'],
  ['get', 'pods'],
  ['create', 'pods'],
  ['get', 'configmaps'],
  ['bind', 'roles.rbac.authorization.k8s.io'],
  ['escalate', 'roles.rbac.authorization.k8s.io'],
];

describe('the operator', () => {
  it.each(needed)('may %s %s where it watches', async (verb, resource) => {
    expect(await may(accounts.narrow, verb, resource, 'watched')).toBe(true);
    expect(await may(accounts.clusterWide, verb, resource, 'other')).toBe(true);
  });

  it.each(needed)('may not %s %s where it does not watch', async (verb, resource) => {
    expect(await may(accounts.narrow, verb, resource, 'other')).toBe(false);
  });

  it.each(never)('may %s %s nowhere', async (verb, resource) => {
    expect(await may(accounts.narrow, verb, resource, 'watched')).toBe(false);
    expect(await may(accounts.clusterWide, verb, resource, 'watched')).toBe(false);
  });

  it.each(['get', 'list', 'create', 'update'])('may %s leases in its own namespace only', async (verb) => {
    for (const account of Object.values(accounts)) {
      expect(await may(account, verb, 'leases.coordination.k8s.io', OWN)).toBe(true);
      expect(await may(account, verb, 'leases.coordination.k8s.io', 'watched')).toBe(false);
    }
  });
});
