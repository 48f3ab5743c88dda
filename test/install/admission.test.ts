/** The chart's admission policies on a real API server: who may do what, by requests of different users. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ANNOTATIONS } from '../../operator/api/group.ts';
import { withApiServer } from '../support/apiserver/withApiServer.ts';
import { run } from '../support/cli/terminal.ts';
import { attachment, CASES, FLEET, host, NAMESPACE, OPERATOR, STRICT_CASES, TENANT, type UserCase } from './admission/cases.ts';
import { serviceAccountManifests, userManifests } from './admission/users.ts';
import { CHART, type Helm, startHelm } from './support/helm.ts';

// Every test starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

const BUILD_MS = 20 * 60_000;
const cluster = withApiServer();
let helm: Helm;

beforeAll(async () => {
  helm = await startHelm(cluster().kubeconfigPath);
  for (const plural of ['sriovhosts', 'sriovvmattachments']) {
    await cluster().installCrds(await readFile(join(CHART, '../../crds', `sriov.esxi.io_${plural}.yaml`), 'utf8'));
  }
  await apply(...userManifests());
  await install({});
}, BUILD_MS);
afterAll(async () => await helm.dispose());

async function apply(...items: readonly object[]): Promise<void> {
  if (items.length === 0) return;
  const { code, stderr } = await cluster().kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  if (code !== 0) throw new Error(stderr);
}

/** Installs or upgrades, and waits until the policies count: the API server takes them up a moment after they are written. */
async function install(policies: object): Promise<void> {
  const values = { crds: { enabled: false }, admissionPolicies: { policies } };
  const args = ['upgrade', '--install', 'sriov', CHART, '--namespace', NAMESPACE];
  const { code, stderr } = await helm.run(args, values);
  if (code !== 0) throw new Error(stderr);
  const strict = Object.keys(policies).length > 0;
  const probe = strict ? host('probe', { approval: 'Automatic' }) : host('probe', { annotations: { [ANNOTATIONS.retry]: '1' } });
  const deadline = Date.now() + 30_000;
  while ((await asUser('nobody-special', ['create', '--dry-run=server', '-f', '-'], probe)).code === 0) {
    if (Date.now() > deadline) throw new Error('the policies do not count');
    await sleep(100);
  }
}

async function asUser(user: string, args: readonly string[], object?: object): Promise<{ readonly code: number; readonly stderr: string }> {
  return await cluster().kubectl([...args, `--as=${user}`], object === undefined ? undefined : JSON.stringify(object));
}

async function clear(): Promise<void> {
  await cluster().kubectl(['delete', 'sriovhosts,sriovvmattachments', '--all', '-A', '--wait=true']);
}

async function play({ objects = [], user, args, input, allowed, says }: UserCase): Promise<void> {
  await clear();
  await apply(...objects);
  const { code, stderr } = await asUser(user, args, input);
  expect({ allowed: code === 0, stderr }).toEqual({
    allowed,
    stderr: allowed ? expect.any(String) : expect.stringMatching(says ?? /denied request/),
  });
}

describe('with the policies that are on by default', () => {
  it.each(CASES)('$user: $why', async (one) => await play(one));
});

describe('with the policies that are asked for', () => {
  beforeAll(async () => await install({ approvalRequired: true, hostUse: true }), BUILD_MS);
  it.each(STRICT_CASES)('$user: $why', async (one) => await play(one));
});

describe('kubectl sriov', () => {
  let user: readonly string[];
  let folder: string;
  beforeAll(async () => {
    const token = await cluster().serviceAccountToken(FLEET, 'plugin-editor');
    await apply(...serviceAccountManifests('plugin-editor'));
    folder = await mkdtemp(join(tmpdir(), 'plugin-editor-'));
    const path = join(folder, 'kubeconfig');
    await writeFile(path, cluster().kubeconfigFor({ token }), { mode: 0o600 });
    user = [`--kubeconfig=${path}`, '-n', FLEET];
  });
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it('finds in check the verbs that the installed policies ask for', async () => {
    const { stdout } = await run(['check', ...user]);
    expect(stdout).toContain('you do not have the verbs approve, restore, detach on sriovhosts: the admission policies refuse');
    expect(stdout).toContain('you have the verbs that the admission policies ask for on sriovvmattachments: retry, hold, abandon');
  });

  it('passes on what a policy says', async () => {
    await clear();
    await apply(host('esx-01', { approval: 'Automatic' }));
    const { code, stderr } = await run(['detach', 'esx-01', '--yes', ...user]);
    expect(code).toBe(2);
    expect(stderr).toContain(`an admission policy refuses it: the annotation ${ANNOTATIONS.detach} is set, changed or removed`);
  });
});

describe('what the policies leave alone', () => {
  it('finalizers, by the operator, on an object whose author may do nothing any more', async () => {
    await clear();
    await apply(
      host('esx-01', { approval: 'Automatic', annotations: { [ANNOTATIONS.hold]: '' } }),
      attachment('db-01', { hostNamespace: FLEET }),
    );
    const patch = JSON.stringify({ metadata: { finalizers: ['sriov.esxi.io/detach'] } });
    const added = await asUser(OPERATOR, ['patch', 'sva', 'db-01', '-n', TENANT, '--type=merge', '-p', patch]);
    expect(added).toMatchObject({ code: 0 });
    const removed = await asUser(OPERATOR, [
      'patch',
      'sva',
      'db-01',
      '-n',
      TENANT,
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    ]);
    expect(removed).toMatchObject({ code: 0 });
  });

  it('namespaces that the release does not watch', async () => {
    const { code, stderr } = await helm.run(['upgrade', 'sriov', CHART, '--namespace', NAMESPACE], {
      crds: { enabled: false },
      watchNamespaces: [FLEET],
    });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const deadline = Date.now() + 30_000;
    const elsewhere = attachment('db-01', { annotations: { [ANNOTATIONS.retry]: '1' } });
    await clear();
    while ((await asUser('carol-without-verbs', ['create', '--dry-run=server', '-f', '-'], elsewhere)).code !== 0) {
      if (Date.now() > deadline) throw new Error('the policies count in namespaces that are not watched');
      await sleep(100);
    }
    expect(
      await asUser('nobody-special', ['create', '--dry-run=server', '-f', '-'], host('p', { annotations: { [ANNOTATIONS.retry]: '1' } })),
    ).toMatchObject({
      code: 1,
    });
  });
});
