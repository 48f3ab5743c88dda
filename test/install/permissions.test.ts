/** Every right that the chart grants is used, none is missing, and with secrets.names no other Secret can be read: by the API server's audit log. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { NAMESPACE_SELECTOR_RULES, OWN_NAMESPACE_RULES, type PolicyRule, WATCHED_NAMESPACE_RULES } from '../../operator/api/rbac.ts';
import { attachmentManifest } from '../support/lab/manifests.ts';
import { CHART } from './support/helm.ts';
import { ACCOUNT, BUILD_MS, type Installation, NAMESPACE, STEP_MS, startInstallation } from './support/installation.ts';

// Every test starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

const FLEET = 'fleet';
const TENANT = 'tenant-a';
const ATTACHMENT = `${TENANT}/db-01`;
/** A right that this test cannot bring the operator to use would stand here with the reason; there is none. */
const EXCEPTIONS: readonly string[] = [];

let stage: Installation;

beforeAll(async () => {
  stage = await startInstallation([FLEET, TENANT]);
  await stage.helmed(['install', 'sriov', CHART], {
    ...stage.values,
    watchNamespaces: [FLEET, TENANT],
    secrets: { names: ['esx-01-esxi', 'esx-01-bmc'] },
    rbac: { namespaceSelectors: true },
  });
  await stage.api.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', 'sriovvmattachments.sriov.esxi.io']);
  await stage.startOperator();
}, BUILD_MS);
afterAll(async () => await stage.stop(), STEP_MS);

const grants = (rules: readonly PolicyRule[]): readonly string[] =>
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${apiGroups[0]}/${resource}`)),
  );

/** Selects the adapter by this address. */
async function select(pciAddress: string): Promise<void> {
  const adapters = [{ name: 'fabric0', selector: { pciAddress }, ports: [{ number: 1, vfs: 8 }] }];
  const patch = JSON.stringify({ spec: { adapters } });
  const { code, stderr } = await stage.api.kubectl(['patch', 'srh', 'esx-01', '-n', FLEET, '--type=merge', '-p', patch]);
  if (code !== 0) throw new Error(stderr);
}

async function untilHost(status: 'True' | 'False'): Promise<void> {
  const observer = await stage.observer();
  await observer.untilCondition('SriovHost', `${FLEET}/esx-01`, { type: 'Ready', status, timeoutMs: 90_000 });
}

describe('the rights of the operator', () => {
  it(
    'are enough for a life: a restart under a permit, an attachment from a namespace by label, the same trouble twice, a new process, removal',
    async () => {
      const host = await stage.addHost('esx-01', FLEET, {
        attachments: { from: 'Selector', namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': TENANT } } },
      });
      await untilHost('True');
      stage.vsphere.inventory.addVm({ name: 'db-01', hostId: host.world.id });
      await stage.apply(
        attachmentManifest({ namespace: TENANT, name: 'db-01', host: 'esx-01', spec: { hostRef: { name: 'esx-01', namespace: FLEET } } }),
      );
      const observer = await stage.observer();
      await observer.untilCondition('SriovVmAttachment', ATTACHMENT, { type: 'Ready', status: 'True', timeoutMs: 90_000 });
      // The same events again, which makes them a series.
      for (const address of ['0000:af:00.0', '0000:3b:00.0', '0000:af:00.0', '0000:3b:00.0']) {
        await select(address);
        await untilHost(address.startsWith('0000:3b') ? 'True' : 'False');
      }
      await stage.startOperator();
      await stage.api.kubectl(['delete', 'sva', 'db-01', '-n', TENANT, '--wait=false']);
      await observer.until('SriovVmAttachment', ATTACHMENT, (object) => object === undefined, { what: 'being gone', timeoutMs: 90_000 });
      expect(await stage.stopOperator()).toBe(0);
      expect(await stage.refused()).toEqual([]);
    },
    STEP_MS * 3,
  );

  it('are no more than it used', async () => {
    const used = new Set((await stage.accesses()).map(({ verb, apiGroup, resource }) => `${verb} ${apiGroup}/${resource}`));
    const granted = grants([...WATCHED_NAMESPACE_RULES, ...OWN_NAMESPACE_RULES, ...NAMESPACE_SELECTOR_RULES]);
    expect(granted.filter((grant) => !used.has(grant) && !EXCEPTIONS.includes(grant))).toEqual([]);
    expect(EXCEPTIONS.filter((grant) => used.has(grant) || !granted.includes(grant))).toEqual([]);
  });

  it.each([
    { why: 'a Secret that is named', args: ['get', 'secret/esx-01-esxi', '-n', FLEET], allowed: true },
    { why: 'a watch of that Secret alone', args: ['watch', 'secret/esx-01-bmc', '-n', TENANT], allowed: true },
    { why: 'another Secret', args: ['get', 'secret/other', '-n', FLEET], allowed: false },
    { why: 'all Secrets', args: ['list', 'secrets', '-n', FLEET], allowed: false },
    { why: 'Secrets beside the operator', args: ['get', 'secrets', '-n', NAMESPACE], allowed: false },
    { why: 'Secrets of a namespace that is not watched', args: ['get', 'secret/esx-01-esxi', '-n', 'default'], allowed: false },
    { why: 'a change of a Secret', args: ['update', 'secret/esx-01-esxi', '-n', FLEET], allowed: false },
    { why: 'pods', args: ['list', 'pods', '-n', NAMESPACE], allowed: false },
    { why: 'removal of a host', args: ['delete', 'sriovhosts', '-n', FLEET], allowed: false },
    { why: 'an approval in its own name', args: ['approve', 'sriovhosts.sriov.esxi.io', '-n', FLEET], allowed: false },
  ])('cover, or do not: $why', async ({ args, allowed }) => {
    const { stdout } = await stage.api.kubectl(['auth', 'can-i', ...args, `--as=${ACCOUNT}`]);
    expect(stdout.trim()).toBe(allowed ? 'yes' : 'no');
  });
});
