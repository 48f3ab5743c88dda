// Leader election on a real Lease: who leads, how it is handed on, and that a leader that cannot renew knows it in time.
import { describe, expect, it, jest } from '@jest/globals';
import { silentLog } from '../../../operator/engine/log.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { fencedClient } from '../../../operator/kube/fencedClient.ts';
import { type HeldLease, KubeLease } from '../../../operator/kube/lease.ts';
import { startWatchProxy, type WatchProxy } from '../../support/apiserver/watchProxy.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { withCleanUp } from './cleanUp.ts';
import { clientFor, eventually, newNamespace, ok } from './world.ts';

jest.setTimeout(30_000);

const api = withApiServer();
const cleanUp = withCleanUp();
const { signal } = new AbortController();
const DURATION_MS = 3_000;

interface Candidate {
  readonly lease: KubeLease;
  readonly proxy: WatchProxy;
  readonly client: KubeClient;
}

/** Each with a network of its own, so that one can be cut off. */
async function candidate(namespace: string, identity: string): Promise<Candidate> {
  const proxy = await startWatchProxy(api());
  const { client } = await clientFor(api(), { server: proxy.server });
  cleanUp.push(
    () => proxy.stop(),
    () => client.close(),
  );
  const times = { durationMs: DURATION_MS, renewDeadlineMs: 2_000, retryMs: 200 };
  return { lease: new KubeLease({ client, namespace, name: 'operator', identity, log: silentLog, ...times }), proxy, client };
}

function keep(held: HeldLease): HeldLease {
  cleanUp.push(() => held.release());
  return held;
}

interface LeaseSpec {
  readonly holderIdentity: string;
  readonly leaseTransitions: number;
  readonly acquireTime: string;
  readonly renewTime: string;
}

async function specOf(namespace: string): Promise<LeaseSpec> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/operator`;
  return ((await ok(api().request({ method: 'GET', path }))) as { readonly spec: LeaseSpec }).spec;
}

describe('the lease', () => {
  it('goes to one of two candidates, who keeps it by renewing it', async () => {
    const namespace = await newNamespace(api());
    const [a, b] = [await candidate(namespace, 'a'), await candidate(namespace, 'b')];
    const held = keep(await a.lease.acquire(signal));
    let taken = false;
    const abort = new AbortController();
    const waiting = b.lease.acquire(abort.signal).then(
      () => {
        taken = true;
      },
      () => undefined,
    );
    const { acquireTime, renewTime } = await specOf(namespace);
    const later = performance.now() + 2 * DURATION_MS;
    await eventually('two terms have passed', () => performance.now() > later);
    const now = await specOf(namespace);
    expect({ taken, lost: held.lost.aborted, holder: now.holderIdentity }).toEqual({ taken: false, lost: false, holder: 'a' });
    expect(now.acquireTime).toBe(acquireTime);
    expect(now.renewTime > renewTime).toBe(true);
    abort.abort(new Error('the test has ended'));
    await waiting;
  });

  it('is handed on at once when it is released', async () => {
    const namespace = await newNamespace(api());
    const [a, b] = [await candidate(namespace, 'a'), await candidate(namespace, 'b')];
    const first = await a.lease.acquire(signal);
    const second = b.lease.acquire(signal);
    await eventually('b has seen that a holds it', () => b.proxy.passed.length > 0);
    const released = performance.now();
    await first.release();
    keep(await second);
    expect(performance.now() - released).toBeLessThan(DURATION_MS);
    expect(await specOf(namespace)).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('is lost before its term ends when it cannot be renewed, and only then goes to another', async () => {
    const namespace = await newNamespace(api());
    const [a, b] = [await candidate(namespace, 'a'), await candidate(namespace, 'b')];
    const first = keep(await a.lease.acquire(signal));
    let lostAt = 0;
    first.lost.addEventListener('abort', () => {
      lostAt = performance.now();
    });
    const second = b.lease.acquire(signal);
    a.proxy.intercept(() => true);
    keep(await second);
    expect(lostAt).toBeGreaterThan(0);
    expect(performance.now()).toBeGreaterThan(lostAt);
    expect(await specOf(namespace)).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('survives failures that are shorter than the renew deadline', async () => {
    const namespace = await newNamespace(api());
    const a = await candidate(namespace, 'a');
    const held = keep(await a.lease.acquire(signal));
    let failures = 0;
    a.proxy.intercept((_, response) => {
      failures += 1;
      response.writeHead(500).end('no');
      return failures < 3;
    });
    await eventually('two renewals have failed', () => failures >= 2);
    a.proxy.intercept(undefined);
    const renewed = (await specOf(namespace)).renewTime;
    await eventually('it is renewed again', async () => (await specOf(namespace)).renewTime > renewed);
    expect(held.lost.aborted).toBe(false);
  });

  it('is lost at once when somebody else has it', async () => {
    const namespace = await newNamespace(api());
    const a = await candidate(namespace, 'a');
    const held = await a.lease.acquire(signal);
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/operator`;
    const patch = { spec: { holderIdentity: 'thief', renewTime: '2026-01-01T00:00:00.000000Z' } };
    await ok(api().request({ method: 'PATCH', path, body: patch, contentType: 'application/merge-patch+json' }));
    await eventually('the loss is known', () => held.lost.aborted, 1_900);
    await held.release();
    expect((await specOf(namespace)).holderIdentity).toBe('thief');
  });

  it('is known to be over by whoever was frozen, before anything that came meanwhile is taken for a permission', async () => {
    const namespace = await newNamespace(api());
    const { lease } = await candidate(namespace, 'a');
    const direct = (await clientFor(api())).client;
    cleanUp.push(() => direct.close());
    const fenced = fencedClient(direct, () => lease.lapsed());
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const record = (name: string) => fenced.request({ method: 'POST', path, body: { metadata: { name } }, writes: 'ConfigMap', signal });
    const held = keep(await lease.acquire(signal));
    await record('while-it-leads');
    // Now and then the answer is there before this process can be frozen: then once more.
    const frozenWhileWriting = async (name: string): Promise<unknown> => {
      let answered = false;
      const writing = record(name)
        .catch((error: unknown) => error)
        .finally(() => {
          answered = true;
        });
      let frozen = false;
      await new Promise<void>((resolve) =>
        setImmediate(() => {
          frozen = !answered;
          // The server answers meanwhile; nothing here runs, no timer either.
          if (frozen) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_200);
          resolve();
        }),
      );
      const answer = await writing;
      return frozen ? answer : await frozenWhileWriting(`${name}-again`);
    };
    expect(await frozenWhileWriting('frozen')).toMatchObject({ code: 'Aborted' });
    await expect(record('after')).rejects.toMatchObject({ code: 'Aborted' });
    await eventually('the loss is told', () => held.lost.aborted);
  });

  it('never trusts the times in the object: a renewal dated years ahead or back expires like any other', async () => {
    const namespace = await newNamespace(api());
    const spec = { holderIdentity: 'dead', leaseDurationSeconds: 1, renewTime: '2099-01-01T00:00:00.000000Z', leaseTransitions: 4 };
    const body = { metadata: { name: 'operator' }, spec };
    await ok(api().request({ method: 'POST', path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, body }));
    const a = await candidate(namespace, 'a');
    const started = performance.now();
    keep(await a.lease.acquire(signal));
    expect(performance.now() - started).toBeGreaterThan(DURATION_MS);
    expect((await specOf(namespace)).leaseTransitions).toBe(5);
  });

  it('refuses times that cannot keep two leaders apart', async () => {
    const { client } = await candidate(await newNamespace(api()), 'a');
    const make = () => new KubeLease({ client, namespace: 'x', name: 'y', identity: 'a', log: silentLog, durationMs: 10_000 });
    expect(make).toThrow('duration 10000 > renew deadline 10000');
  });
});
