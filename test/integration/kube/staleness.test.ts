// Two replicas and a watch that lags: what one wrote is never lost through what the other knew before.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EXAMPLES } from '../../../operator/api/crd/examples.ts';
import type { SriovHost, SriovHostStatus } from '../../../operator/api/types.ts';
import { silentLog } from '../../../operator/engine/log.ts';
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

interface Replica {
  readonly cluster: RunningCluster;
  readonly proxy: WatchProxy;
}

async function replica(namespace: string, retryDelay = () => 50): Promise<Replica> {
  const proxy = await startWatchProxy(api());
  const { client } = await clientFor(api(), { server: proxy.server });
  const cluster = createCluster({ client, log: silentLog, namespaces: [namespace], instance: 'operator-0', retryDelay });
  const end = new AbortController();
  cleanUp.push(
    () => proxy.stop(),
    () => client.close(),
    async () => end.abort(new Error('the test has ended')),
  );
  cluster.start(end.signal);
  await cluster.synced;
  return { cluster, proxy };
}

const pathOf = (namespace: string) => `/apis/sriov.esxi.io/v1alpha1/namespaces/${namespace}/sriovhosts`;

async function create(namespace: string): Promise<void> {
  const body = { ...EXAMPLES['SriovHost'], metadata: { name: 'esx-01', namespace } };
  await ok(api().request({ method: 'POST', path: pathOf(namespace), body }));
}

async function onServer(namespace: string): Promise<SriovHost> {
  return (await ok(api().request({ method: 'GET', path: `${pathOf(namespace)}/esx-01` }))) as SriovHost;
}

async function seenBy({ cluster }: Replica, namespace: string): Promise<SriovHost> {
  const known = () => cluster.hosts.get(`${namespace}/esx-01`);
  await eventually('the host is known', () => known() !== undefined);
  const host = known();
  if (host === undefined) throw new Error('unreachable');
  return host;
}

/** What must not be forgotten: a restart that was sent, and who put the host into maintenance mode. */
const RECORD = { observedGeneration: 1, restarts: { count: 1, total: 1 }, maintenance: { enteredByUs: true } } as SriovHostStatus;
const OLD_NEWS = { observedGeneration: 1 } as SriovHostStatus;

/** Lets the server carry a status write out, and then does with its answer what `answer` says. */
function onStatusWrite(proxy: WatchProxy, answer: (body: unknown, response: ServerResponse) => Promise<void>): void {
  const carryOut = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(request)) as object;
    const done = api().request({ method: 'PATCH', path: request.url ?? '', body, contentType: 'application/apply-patch+yaml' });
    await answer(await ok(done), response);
  };
  proxy.intercept((request, response) => {
    if (request.method !== 'PATCH') return false;
    proxy.intercept(undefined);
    void carryOut(request, response);
    return true;
  });
}

describe('the record of another replica', () => {
  it.each([
    { why: 'the watch did not tell of it yet', lagging: true },
    { why: 'the watch told of it after the status was computed', lagging: false },
  ])('survives: $why', async ({ lagging }) => {
    const namespace = await newNamespace(api());
    await create(namespace);
    const [old, next] = [await replica(namespace), await replica(namespace)];
    const before = await seenBy(next, namespace);
    if (lagging) next.proxy.filterLines(() => false);
    await old.cluster.applyStatus('SriovHost', await seenBy(old, namespace), RECORD, signal);
    const knows = () => next.cluster.hosts.get(`${namespace}/esx-01`)?.status?.maintenance?.enteredByUs === true;
    if (!lagging) await eventually('the record is known', knows);
    await expect(next.cluster.applyStatus('SriovHost', before, OLD_NEWS, signal)).rejects.toThrow(StaleObject);
    expect((await onServer(namespace)).status).toMatchObject(RECORD);
    // The next look begins with what the server said, so that it does not fail in the same way.
    expect(knows()).toBe(true);
  });

  it('is no obstacle for a spec, a label or an annotation that changed meanwhile', async () => {
    const namespace = await newNamespace(api());
    await create(namespace);
    const one = await replica(namespace);
    const before = await seenBy(one, namespace);
    one.proxy.filterLines(() => false);
    const body = { metadata: { annotations: { 'sriov.esxi.io/hold': '' } } };
    await ok(api().request({ method: 'PATCH', path: `${pathOf(namespace)}/esx-01`, body, contentType: 'application/merge-patch+json' }));
    expect((await one.cluster.applyStatus('SriovHost', before, RECORD, signal)).status).toMatchObject(RECORD);
  });
});

describe('an answer', () => {
  it('that got lost makes the write no stranger: repeated, it is done already', async () => {
    const namespace = await newNamespace(api());
    await create(namespace);
    const one = await replica(namespace);
    const before = await seenBy(one, namespace);
    one.proxy.filterLines(() => false);
    onStatusWrite(one.proxy, async (_, response) => void response.destroy());
    await expect(one.cluster.applyStatus('SriovHost', before, RECORD, signal)).rejects.toThrow('PATCH');
    expect((await one.cluster.applyStatus('SriovHost', before, RECORD, signal)).status).toMatchObject(RECORD);
    expect(one.cluster.writes()).toEqual({});
  });

  it('that comes after the watch told of the deletion does not bring the object back', async () => {
    const namespace = await newNamespace(api());
    await create(namespace);
    const one = await replica(namespace);
    const before = await seenBy(one, namespace);
    const known = () => one.cluster.hosts.get(`${namespace}/esx-01`);
    onStatusWrite(one.proxy, async (body, response) => {
      await ok(api().request({ method: 'DELETE', path: `${pathOf(namespace)}/esx-01` }));
      await eventually('the deletion is known', () => known() === undefined);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await one.cluster.applyStatus('SriovHost', before, RECORD, signal);
    expect(known()).toBeUndefined();
  });
});

describe('a refresh, as a new leader makes it', () => {
  it.each([
    { why: 'its watch tells nothing', silence: (proxy: WatchProxy) => proxy.filterLines(() => false) },
    {
      why: 'it is in the middle of a long pause after failures',
      silence: (proxy: WatchProxy) => {
        proxy.intercept((request, response) => {
          if (request.url?.includes('watch=true') !== true) return false;
          response.destroy();
          return true;
        });
        proxy.cut();
      },
    },
  ])('brings what was written before it: $why', async ({ silence }) => {
    const namespace = await newNamespace(api());
    await create(namespace);
    const [old, next] = [await replica(namespace), await replica(namespace, () => 600_000)];
    await seenBy(next, namespace);
    await eventually('both watches are open', () => next.proxy.openWatches() === 2);
    silence(next.proxy);
    await old.cluster.applyStatus('SriovHost', await seenBy(old, namespace), RECORD, signal);
    expect((await seenBy(next, namespace)).status?.maintenance).toBeUndefined();
    await next.cluster.refresh();
    expect((await seenBy(next, namespace)).status).toMatchObject(RECORD);
  });

  it('loses no news that come after it, and leaves one watch of each kind', async () => {
    const namespace = await newNamespace(api());
    const one = await replica(namespace);
    await Promise.all([one.cluster.refresh(), one.cluster.refresh()]);
    await create(namespace);
    await seenBy(one, namespace);
    await eventually('there is one watch of each kind', () => one.proxy.openWatches() === 2);
  });
});
