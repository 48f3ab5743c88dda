/** Properties that neighbouring projects were seen to break: events, metrics, columns, conditions, and fields that nobody reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { KINDS } from '../../../operator/api/crd/kinds.ts';
import { REASONS } from '../../../operator/api/reasons.ts';
import type { Condition } from '../../../operator/api/types.ts';
import { SRIOV_METRICS } from '../../../operator/controllers/metricDefinitions.ts';
import { METRICS } from '../../../operator/engine/metricDefinitions.ts';
import { createMetrics } from '../../../operator/engine/metrics.ts';
import type { EventInput } from '../../../operator/ports/cluster.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { look, makeController, runHost } from '../../support/world/runHost.ts';
import { missingAndExtra } from '../architecture/documentation.ts';
import { ROOT, sourceFiles, withoutComments } from '../architecture/sourceFiles.ts';
import { Scene } from '../sriovVmAttachment/scene.ts';
import { aWorld, ONE_ADAPTER } from './stage.ts';

const code = sourceFiles(['operator'], ['.ts']).map(({ path, text }) => ({ path, text: withoutComments(text) }));
const outsideTables = code.filter(({ path }) => !path.startsWith('operator/api/'));

async function readyHost() {
  const { clock, world } = aWorld();
  const cluster = new FakeCluster();
  const run = await runHost(world, clock, ONE_ADAPTER, { cluster });
  return { clock, world, cluster, run };
}

async function attachedVm(): Promise<Scene> {
  const scene = new Scene({ vm: { powerState: 'poweredOn' } });
  scene.attach();
  await scene.settle();
  return scene;
}

/** What an event of this kind says that the table does not. */
function wrongEvents(kind: 'SriovHost' | 'SriovVmAttachment', events: readonly EventInput[]): readonly string[] {
  const rows = REASONS.filter((row) => (row.kinds as readonly string[]).includes(kind));
  return events.flatMap(({ reason, type }) => {
    const row = rows.find((candidate) => candidate.reason === reason);
    return row?.event === type ? [] : [`${reason} is ${type}, the table says ${row?.event}`];
  });
}

describe('the type of every event comes from the table', () => {
  it('of hosts: success is Normal, a failure is a Warning', async () => {
    const { clock, world, cluster } = await readyHost();
    world.modules.set('nmlx5_core', '');
    await runHost(world, clock, ONE_ADAPTER, { cluster });
    const failing = aWorld({ adapters: [{ model: connectX5En }], biosSriov: false });
    await runHost(failing.world, failing.clock, ONE_ADAPTER, { cluster: new FakeCluster() }).then((run) =>
      cluster.events.push(...run.cluster.events),
    );
    expect(wrongEvents('SriovHost', cluster.events)).toEqual([]);
    expect(new Set(cluster.events.map(({ type }) => type))).toEqual(new Set(['Normal', 'Warning']));
  });

  it('of attachments', async () => {
    const scene = await attachedVm();
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { sriovCards: [] }));
    await scene.settle();
    expect(wrongEvents('SriovVmAttachment', scene.cluster.events)).toEqual([]);
    expect(new Set(scene.cluster.events.map(({ type }) => type))).toEqual(new Set(['Normal', 'Warning']));
  });

  it('no code outside the table names a type', () => {
    const namers = outsideTables.filter(({ text }) => /\btype: '(?:Normal|Warning)'(?!\s*\|)/.test(text)).map(({ path }) => path);
    expect(namers).toEqual([]);
  });

  it('the check itself sees a success that is called a Warning', () => {
    const planted: EventInput = { reason: 'Succeeded', type: 'Warning', action: 'x', note: '' };
    expect(wrongEvents('SriovHost', [planted])).toEqual(['Succeeded is Warning, the table says Normal']);
  });
});

const DEFINED = [...METRICS, ...SRIOV_METRICS];

describe('metrics', () => {
  it('that are documented exist, and the reverse', () => {
    const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
    const [, ...rows] = page.split('\n| `').map((row) => /^([a-z][a-z0-9_]+)` \| (\w+) \|/.exec(row)?.slice(1, 3).join(' ') ?? '');
    const listed = rows.filter((row) => row !== '');
    expect(
      missingAndExtra(
        listed,
        DEFINED.map(({ name, type }) => `${name} ${type}`),
      ),
    ).toEqual({ missing: [], extra: [] });
  });

  it('every one is on the scrape', async () => {
    const text = await createMetrics({ definitions: SRIOV_METRICS, processMetrics: false }).text();
    const shown = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(shown).toEqual(DEFINED.map(({ name }) => name));
  });

  it('none is made beside the registry', () => {
    const makers = code.filter(({ text }) => /new (?:Counter|Gauge|Histogram)\b/.test(text)).map(({ path }) => path);
    expect(makers).toEqual(['operator/engine/metrics.ts']);
  });

  it('every one is given values by code', () => {
    const text = outsideTables.filter(({ path }) => !path.endsWith('etricDefinitions.ts')).map((file) => file.text);
    const silent = DEFINED.filter(({ name }) => {
      const ofBothKinds = name.replace(/^sriov_(host|attachment)_step/, ['sriov_', '{kind}_step'].join('$'));
      return !text.some((content) => content.includes(name) || content.includes(ofBothKinds));
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

/** The value that a JSONPath of a printer column leads to: fields, and one filter on conditions by type. */
function valueAt(object: unknown, path: string): unknown {
  const filtered = /^(.*)\[\?\(@\.type=="(\w+)"\)\]\.(\w+)$/.exec(path);
  if (filtered !== null) {
    const [, list = '', type, field = ''] = filtered;
    const conditions = valueAt(object, list) as readonly Condition[] | undefined;
    return conditions?.find((condition) => condition.type === type)?.[field as keyof Condition];
  }
  const fields = path.split('.').filter((field) => field !== '');
  return fields.reduce<unknown>((value, field) => (value as Readonly<Record<string, unknown>> | undefined)?.[field], object);
}

describe('each printer column can fill', () => {
  it.each(KINDS)('of $kind', async ({ kind, columns }) => {
    const object = kind === 'SriovHost' ? (await readyHost()).run.host() : (await attachedVm()).object();
    const stored = { ...object, metadata: { creationTimestamp: '2026-01-01T00:00:00Z', ...object.metadata } };
    const empty = columns.filter(({ jsonPath }) => [undefined, null, ''].includes(valueAt(stored, jsonPath) as undefined));
    expect(empty.map(({ name }) => name)).toEqual([]);
    expect(valueAt(stored, '.status.conditions[?(@.type=="Failed")].status')).toBeUndefined();
  });
});

describe('a condition carries the generation it was computed from', () => {
  it('of a host, also where its status stays the same', async () => {
    const { clock, world, cluster, run } = await readyHost();
    const host = run.host();
    cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, generation: 7 } });
    await look(makeController(world, clock, cluster));
    const { conditions, observedGeneration } = run.host().status ?? {};
    expect(observedGeneration).toBe(7);
    expect(conditions?.map((condition) => condition.observedGeneration)).toEqual(conditions?.map(() => 7));
    expect(conditions?.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual(
      host.status?.conditions?.map(({ lastTransitionTime }) => lastTransitionTime),
    );
  });

  it('of an attachment', async () => {
    const scene = await attachedVm();
    scene.change('a', {});
    await scene.settle();
    const { generation } = scene.object().metadata;
    expect(generation).toBe(2);
    const generations = scene.object().status?.conditions?.map(({ observedGeneration }) => observedGeneration) ?? [];
    expect(new Set(generations)).toEqual(new Set([generation]));
  });

  it('and a new reason under the same status', async () => {
    const { clock, world } = aWorld();
    const cluster = new FakeCluster();
    const run = await runHost(world, clock, { ...ONE_ADAPTER, mode: 'Observe' }, { cluster, most: 1 });
    const before = run.host().status?.conditions?.find(({ type }) => type === 'Ready');
    const host = run.host();
    cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations: { 'sriov.esxi.io/hold': 'true' } }, spec: ONE_ADAPTER });
    await look(makeController(world, clock, cluster));
    const after = run.host().status?.conditions?.find(({ type }) => type === 'Ready');
    expect([before?.status, before?.reason, after?.status, after?.reason]).toEqual(['False', 'ObserveOnly', 'False', 'OnHold']);
  });
});
