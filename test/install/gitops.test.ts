/**
 * The operator beside Argo CD and Flux: server-side apply with their field managers, in the wrong order and again, and what their own rules
 * for health say at each stage (Flux's kstatus module; Argo CD's Lua interpreter with the script of docs/gitops.md).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { findCondition } from '../../operator/api/conditions.ts';
import { ANNOTATIONS, FIELD_MANAGER } from '../../operator/api/group.ts';
import { REASONS } from '../../operator/api/reasons.ts';
import type { Kind } from '../../operator/ports/cluster.ts';
import { attachmentManifest } from '../support/lab/manifests.ts';
import { argoHealthOf, kstatusOf } from './support/chartTools.ts';
import { CHART } from './support/helm.ts';
import { BUILD_MS, type Installation, type NewHost, STEP_MS, startInstallation } from './support/installation.ts';

// Every test starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/gitops.md'), 'utf8');
const TOOLS = [
  { tool: 'Argo CD', manager: 'argocd-controller', namespace: 'by-argo' },
  { tool: 'Flux', manager: 'kustomize-controller', namespace: 'by-flux' },
] as const;

let stage: Installation;

beforeAll(async () => {
  stage = await startInstallation(TOOLS.map(({ namespace }) => namespace));
  const namespaces = TOOLS.map(({ namespace }) => namespace);
  await stage.helmed(['install', 'sriov', CHART], { ...stage.values, watchNamespaces: namespaces });
  await stage.api.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', 'sriovvmattachments.sriov.esxi.io']);
  await stage.startOperator();
}, BUILD_MS);
afterAll(async () => await stage.stop(), STEP_MS);

/** The two health checks of the page, by kind. */
function scripts(): Readonly<Record<Kind, string>> {
  const block = /<!-- yaml: of argocd -->\n\n```yaml\n(.*?)```/s.exec(PAGE)?.[1] ?? '';
  const { data } = parse(block) as { readonly data: Readonly<Record<string, string>> };
  const of = (kind: Kind): string => data[`resource.customizations.health.sriov.esxi.io_${kind}`] ?? '';
  return { SriovHost: of('SriovHost'), SriovVmAttachment: of('SriovVmAttachment') };
}

/** As the tools do it: without force, so that a conflict is an error. */
async function sync(manager: string, ...items: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const args = ['apply', '--server-side', '--field-manager', manager, '--validate=strict', '-f', '-'];
  const { code, stderr } = await stage.api.kubectl(args, list);
  if (code !== 0) throw new Error(stderr);
}

interface Read {
  readonly metadata: {
    readonly generation: number;
    readonly resourceVersion: string;
    readonly managedFields: readonly { readonly manager: string; readonly fieldsV1: object; readonly subresource?: string }[];
  };
  readonly [part: string]: unknown;
}

async function read(kind: Kind, namespace: string, name: string): Promise<Read> {
  const { stdout } = await stage.api.kubectl(['get', kind, name, '-n', namespace, '-o', 'json', '--show-managed-fields']);
  return JSON.parse(stdout) as Read;
}

/** What both tools think of the object. */
async function health(kind: Kind, object: object): Promise<{ readonly flux: string | undefined; readonly argo: string | undefined }> {
  const [[flux], [argo]] = [await kstatusOf([object]), await argoHealthOf(scripts()[kind], [object])];
  return { flux: flux?.status, argo: argo?.status };
}

async function untilReason(kind: Kind, namespace: string, name: string, reason: string): Promise<Read> {
  const observer = await stage.observer();
  const holds = (object: { readonly status?: { readonly conditions?: Parameters<typeof findCondition>[0] } } | undefined): boolean =>
    findCondition(object?.status?.conditions, 'Ready')?.reason === reason;
  await observer.until(kind, `${namespace}/${name}`, holds, { what: `Ready because ${reason}`, timeoutMs: 90_000 });
  return await read(kind, namespace, name);
}

/** Paths of fieldsV1 that end in a value. */
function leaves(fields: object, path = ''): readonly string[] {
  const entries = Object.entries(fields).filter(([key]) => key !== '.');
  return entries.length === 0 ? [path] : entries.flatMap(([key, value]) => leaves(value as object, `${path}/${key}`));
}

describe.each(TOOLS)('$tool', ({ manager, namespace }) => {
  const name = `esx-${namespace}`;
  const attachment = attachmentManifest({ namespace, name: 'db-01', host: name, spec: { vm: { name: `db-${namespace}` } } });
  let made: NewHost;

  it(
    'applies an attachment, then its host, then the Secrets: each waits with a reason, and all get ready',
    async () => {
      made = await stage.newHost(name, namespace);
      stage.vsphere.inventory.addVm({ name: `db-${namespace}`, hostId: made.host.world.id });
      await sync(manager, attachment);
      const lonely = await untilReason('SriovVmAttachment', namespace, 'db-01', 'HostNotFound');
      expect(await health('SriovVmAttachment', lonely)).toEqual({ flux: 'InProgress', argo: 'Progressing' });
      await sync(manager, made.manifest);
      const locked = await untilReason('SriovHost', namespace, name, 'SecretNotFound');
      expect(await health('SriovHost', locked)).toEqual({ flux: 'InProgress', argo: 'Progressing' });
      await sync(manager, ...made.secrets);
      expect(await health('SriovHost', await untilReason('SriovHost', namespace, name, 'Succeeded'))).toEqual({
        flux: 'Current',
        argo: 'Healthy',
      });
      const attached = await untilReason('SriovVmAttachment', namespace, 'db-01', 'Succeeded');
      expect(await health('SriovVmAttachment', attached)).toEqual({ flux: 'Current', argo: 'Healthy' });
    },
    STEP_MS * 2,
  );

  it('applies all again: no conflict, and nothing changes', async () => {
    const before = [await read('SriovHost', namespace, name), await read('SriovVmAttachment', namespace, 'db-01')];
    await sync(manager, attachment, made.manifest, ...made.secrets);
    const after = [await read('SriovHost', namespace, name), await read('SriovVmAttachment', namespace, 'db-01')];
    expect(after.map(({ metadata }) => metadata.generation)).toEqual(before.map(({ metadata }) => metadata.generation));
    expect(after.map(({ spec }) => spec)).toEqual(before.map(({ spec }) => spec));
  });

  it('shares no field with the operator', async () => {
    for (const object of [await read('SriovHost', namespace, name), await read('SriovVmAttachment', namespace, 'db-01')]) {
      const { managedFields } = object.metadata;
      const of = (ours: boolean) =>
        managedFields.filter((entry) => entry.manager.startsWith(FIELD_MANAGER) === ours).flatMap(({ fieldsV1 }) => leaves(fieldsV1));
      expect(of(true).length).toBeGreaterThan(0);
      expect(of(false).length).toBeGreaterThan(0);
      expect(of(true).filter((path) => of(false).includes(path))).toEqual([]);
      expect(of(true).filter((path) => !/^\/f:(status|metadata\/f:finalizers)/.test(path))).toEqual([]);
    }
  });

  it(
    'is told what needs a person, what waits for one on purpose, and what is not looked at yet',
    async () => {
      const ready = await read('SriovHost', namespace, name);
      const { metadata } = ready;
      expect(await health('SriovHost', { ...ready, metadata: { ...metadata, generation: metadata.generation + 1 } })).toEqual({
        flux: 'InProgress',
        argo: 'Progressing',
      });
      expect(await health('SriovHost', { ...ready, status: { observedGeneration: -1 } })).toEqual({
        flux: 'InProgress',
        argo: 'Progressing',
      });
      const leaving = { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
      expect(await health('SriovHost', { ...ready, metadata: leaving })).toEqual({ flux: 'Terminating', argo: 'Progressing' });
      await stage.api.kubectl(['annotate', 'srh', name, '-n', namespace, `${ANNOTATIONS.hold}=`]);
      const { spec } = made.manifest as { readonly spec: object };
      const selecting = (pciAddress: string, vfs: number): object => {
        const adapters = [{ name: 'fabric0', selector: { pciAddress }, ports: [{ number: 1, vfs }] }];
        return { ...made.manifest, spec: { ...spec, adapters } };
      };
      await sync(manager, selecting('0000:3b:00.0', 4));
      const held = await untilReason('SriovHost', namespace, name, 'OnHold');
      expect(await health('SriovHost', held)).toEqual({ flux: 'InProgress', argo: 'Suspended' });
      await stage.api.kubectl(['annotate', 'srh', name, '-n', namespace, `${ANNOTATIONS.hold}-`]);
      await sync(manager, selecting('0000:af:00.0', 8));
      const stalled = await untilReason('SriovHost', namespace, name, 'AdapterNotFound');
      expect(await health('SriovHost', stalled)).toEqual({ flux: 'Failed', argo: 'Degraded' });
    },
    STEP_MS,
  );
});

it(
  'an object that no operator looks at is not taken for ready',
  async () => {
    const { manifest } = await stage.newHost('unseen', 'default');
    await sync('argocd-controller', manifest);
    const unseen = await read('SriovHost', 'default', 'unseen');
    expect(await health('SriovHost', unseen)).toEqual({ flux: 'InProgress', argo: 'Progressing' });
  },
  STEP_MS,
);

describe('the health check of the page', () => {
  it('is the same for both kinds, and knows only reasons that there are', () => {
    const { SriovHost: script, SriovVmAttachment: other } = scripts();
    expect(other).toBe(script);
    const waits = [...(/local waits = \{(.*)\}/.exec(script)?.[1] ?? '').matchAll(/(\w+) = true/g)].map(([, reason]) => reason);
    expect(waits.length).toBeGreaterThan(3);
    expect(waits.filter((reason) => !REASONS.some((entry) => entry.reason === reason))).toEqual([]);
  });
});
