// The whole port on a real API server with the product's own CRDs.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EXAMPLES } from '../../../operator/api/crd/examples.ts';
import type { SriovHost, SriovHostStatus, SriovVmAttachmentStatus } from '../../../operator/api/types.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { createCluster, type RunningCluster } from '../../../operator/kube/cluster.ts';
import { StaleObject } from '../../../operator/ports/cluster.ts';
import { startWatchProxy, type WatchProxy } from '../../support/apiserver/watchProxy.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { withCleanUp } from './cleanUp.ts';
import { productCrds } from './productCrds.ts';
import { clientFor, eventually, newNamespace, ok } from './world.ts';

const api = withApiServer();
const cleanUp = withCleanUp();
const { signal } = new AbortController();

beforeAll(async () => {
  await api().installCrds(await productCrds());
});

interface World {
  readonly cluster: RunningCluster;
  readonly client: KubeClient;
  readonly proxy: WatchProxy;
  readonly hostChanges: string[];
}

async function running(namespaces: readonly string[]): Promise<World> {
  const proxy = await startWatchProxy(api());
  const { client } = await clientFor(api(), { server: proxy.server });
  const cluster = createCluster({ client, log: silentLog, namespaces, instance: 'operator-0', retryDelay: () => 50 });
  const hostChanges: string[] = [];
  cluster.onHostChange((key, { type, statusOnly }) => hostChanges.push(`${type}${statusOnly ? ' status' : ''} ${key}`));
  const end = new AbortController();
  cleanUp.push(
    () => proxy.stop(),
    () => client.close(),
    async () => end.abort(new Error('the test has ended')),
  );
  cluster.start(end.signal);
  await cluster.synced;
  return { cluster, client, proxy, hostChanges };
}

async function create(kind: 'SriovHost' | 'SriovVmAttachment', namespace: string, name: string): Promise<void> {
  const plural = kind === 'SriovHost' ? 'sriovhosts' : 'sriovvmattachments';
  const body = { ...EXAMPLES[kind], metadata: { name, namespace } };
  await ok(api().request({ method: 'POST', path: `/apis/sriov.esxi.io/v1alpha1/namespaces/${namespace}/${plural}`, body }));
}

async function hostIn(world: World, namespace: string, name = 'esx-01'): Promise<SriovHost> {
  await create('SriovHost', namespace, name);
  await eventually('the host is known', () => world.cluster.hosts.get(`${namespace}/${name}`) !== undefined);
  const host = world.cluster.hosts.get(`${namespace}/${name}`);
  if (host === undefined) throw new Error('unreachable');
  return host;
}

function statusSaying(host: SriovHost, message: string): SriovHostStatus {
  const { generation } = host.metadata;
  const lastTransitionTime = '2026-11-23T00:00:00Z';
  const ready = { type: 'Ready', status: 'False', reason: 'Reconciling', message, observedGeneration: generation, lastTransitionTime };
  return { observedGeneration: generation, conditions: [ready] } as SriovHostStatus;
}

describe('the cluster', () => {
  it('mirrors both kinds over all namespaces with one watch each', async () => {
    const world = await running([]);
    const [a, b] = [await newNamespace(api()), await newNamespace(api())];
    await hostIn(world, a);
    await hostIn(world, b);
    await create('SriovVmAttachment', b, 'db-01');
    await eventually('the attachment is known', () => world.cluster.attachments.get(`${b}/db-01`) !== undefined);
    expect(world.proxy.openWatches()).toBe(2);
    expect(world.hostChanges).toEqual([`added ${a}/esx-01`, `added ${b}/esx-01`]);
  });

  it('sees only the namespaces it was told', async () => {
    const [mine, also, other] = [await newNamespace(api()), await newNamespace(api()), await newNamespace(api())];
    const world = await running([mine, also]);
    await create('SriovHost', other, 'esx-01');
    await hostIn(world, mine);
    await hostIn(world, also);
    expect(world.cluster.hosts.list().map(({ metadata }) => metadata.namespace)).toEqual([mine, also]);
    expect(world.cluster.hosts.get(`${other}/esx-01`)).toBeUndefined();
    expect(world.proxy.passed.every(({ url }) => !url.startsWith('/apis/sriov.esxi.io/v1alpha1/sriov'))).toBe(true);
  });

  it('shows its own status write to readers at once, whatever the watch is doing', async () => {
    const namespace = await newNamespace(api());
    const world = await running([namespace]);
    const host = await hostIn(world, namespace);
    world.proxy.filterLines(() => false);
    const applied = await world.cluster.applyStatus('SriovHost', host, statusSaying(host, 'written'), signal);
    expect(world.cluster.hosts.get(`${namespace}/esx-01`)).toEqual(applied);
    expect(Object.isFrozen(applied.status)).toBe(true);
    expect(world.hostChanges.at(-1)).toBe(`updated status ${namespace}/esx-01`);
  });

  it('writes nothing at rest, also when it is asked with an old snapshot', async () => {
    const namespace = await newNamespace(api());
    const world = await running([namespace]);
    const host = await hostIn(world, namespace);
    await world.cluster.applyStatus('SriovHost', host, statusSaying(host, 'same'), signal);
    for (let round = 0; round < 5; round += 1) {
      const cached = world.cluster.hosts.get(`${namespace}/esx-01`) ?? host;
      await world.cluster.applyStatus('SriovHost', round % 2 === 0 ? host : cached, statusSaying(host, 'same'), signal);
    }
    expect(world.cluster.writes()).toEqual({ 'SriovHost/status': 1 });
  });

  it('refuses to write to a re-created host, with and without having heard of it', async () => {
    const namespace = await newNamespace(api());
    const world = await running([namespace]);
    const host = await hostIn(world, namespace);
    const path = `/apis/sriov.esxi.io/v1alpha1/namespaces/${namespace}/sriovhosts/esx-01`;
    world.proxy.filterLines(() => false);
    await ok(api().request({ method: 'DELETE', path }));
    await create('SriovHost', namespace, 'esx-01');
    const write = () => world.cluster.applyStatus('SriovHost', host, statusSaying(host, 'old'), signal);
    await expect(write()).rejects.toThrow(StaleObject);
    const fresh = await world.cluster.fresh('SriovHost', namespace, 'esx-01', signal);
    expect(fresh?.metadata.uid).not.toBe(host.metadata.uid);
    expect(fresh?.status?.conditions).toBeUndefined();
    await expect(write()).rejects.toThrow(StaleObject);
    expect(world.hostChanges.slice(-2)).toEqual([`deleted ${namespace}/esx-01`, `added ${namespace}/esx-01`]);
  });

  it('reads past the cache, and says undefined for what is not there', async () => {
    const namespace = await newNamespace(api());
    const world = await running([namespace]);
    expect(await world.cluster.fresh('SriovVmAttachment', namespace, 'none', signal)).toBeUndefined();
    world.proxy.filterLines(() => false);
    await create('SriovVmAttachment', namespace, 'db-01');
    expect((await world.cluster.fresh('SriovVmAttachment', namespace, 'db-01', signal))?.metadata.name).toBe('db-01');
  });

  it('holds an attachment back by its finalizer and lets it go', async () => {
    const namespace = await newNamespace(api());
    const world = await running([namespace]);
    await create('SriovVmAttachment', namespace, 'db-01');
    const key = `${namespace}/db-01`;
    const known = () => world.cluster.attachments.get(key);
    await eventually('the attachment is known', () => known() !== undefined);
    const attachment = known();
    if (attachment === undefined) throw new Error('unreachable');
    await world.cluster.addFinalizer('SriovVmAttachment', attachment, 'sriov.esxi.io/detach', signal);
    await world.cluster.applyStatus('SriovVmAttachment', attachment, { observedGeneration: 1 } as SriovVmAttachmentStatus, signal);
    const path = `/apis/sriov.esxi.io/v1alpha1/namespaces/${namespace}/sriovvmattachments/db-01`;
    await ok(api().request({ method: 'DELETE', path }));
    await eventually('the deletion is seen', () => known()?.metadata.deletionTimestamp !== undefined);
    await world.cluster.removeFinalizer('SriovVmAttachment', known() ?? attachment, 'sriov.esxi.io/detach', signal);
    await eventually('it is gone', () => known() === undefined);
    expect(world.cluster.writes()).toEqual({ 'SriovVmAttachment/finalizers': 2, 'SriovVmAttachment/status': 1 });
  });

  it('reads a Secret, tells of its rotation and writes events about a host', async () => {
    const namespace = await newNamespace(api());
    const world = await running([namespace]);
    const host = await hostIn(world, namespace);
    const rotated: string[] = [];
    world.cluster.onSecretChange((key) => rotated.push(key));
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    await ok(api().request({ method: 'POST', path, body: { metadata: { name: 'esx-01' }, stringData: { username: 'root' } } }));
    expect((await world.cluster.secret(namespace, 'esx-01', signal))?.data).toEqual({ username: 'root' });
    const patch = { stringData: { username: 'admin' } };
    await ok(api().request({ method: 'PATCH', path: `${path}/esx-01`, body: patch, contentType: 'application/merge-patch+json' }));
    await eventually('the rotation is known', () => rotated.length === 1);
    world.cluster.event(host, { reason: 'Rebooting', type: 'Normal', action: 'Reboot', note: 'For the driver.' });
    await world.cluster.flushEvents();
    const described = await api().kubectl(['events', '-n', namespace, '--for', 'sriovhost/esx-01']);
    expect(described.stdout).toContain('For the driver.');
  });

  it('does not let one listener harm another', async () => {
    const namespace = await newNamespace(api());
    const world = await running([namespace]);
    const heard: string[] = [];
    world.cluster.onHostChange(() => {
      throw new Error('a bug');
    });
    world.cluster.onHostChange((key) => heard.push(key));
    await hostIn(world, namespace);
    expect(heard).toEqual([`${namespace}/esx-01`]);
  });
});
