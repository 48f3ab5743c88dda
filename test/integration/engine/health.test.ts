// The HTTP server that the kubelet and Prometheus ask, over real HTTP.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HealthServer, startHealthServer } from '../../../operator/engine/health.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import { createMetrics } from '../../../operator/engine/metrics.ts';

let health: HealthServer;

beforeEach(async () => {
  health = await startHealthServer({ port: 0, host: '127.0.0.1', metrics: createMetrics(), log: silentLog });
});

afterEach(() => health.close());

async function get(path: string, method = 'GET'): Promise<{ status: number; text: string; type: string | null }> {
  const response = await fetch(`http://127.0.0.1:${health.port}${path}`, { method });
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
}

describe('the health server', () => {
  it.each(['/healthz', '/livez', '/readyz', '/healthz?verbose'])('answers %s with ok while nothing is wrong', async (path) => {
    expect(await get(path)).toMatchObject({ status: 200, text: 'ok\n' });
  });

  it('tells the problems of each kind only where they are asked for', async () => {
    let synced = false;
    health.addReadinessCheck(() => (synced ? [] : ['the cache of hosts is not complete yet']));
    expect(await get('/readyz')).toMatchObject({ status: 503, text: 'the cache of hosts is not complete yet\n' });
    expect((await get('/healthz')).status).toBe(200);
    synced = true;
    expect((await get('/readyz')).status).toBe(200);
    health.addLivenessCheck(() => ['hosts: 1 of 4 workers have ended']);
    expect((await get('/healthz')).status).toBe(503);
  });

  it('notices an event loop that was blocked for long', async () => {
    const realNow = performance.now.bind(performance);
    const asleep = 30_000;
    performance.now = () => realNow() + asleep;
    try {
      expect(await get('/healthz')).toMatchObject({ status: 503, text: expect.stringMatching(/blocked for \d\d s/) });
    } finally {
      performance.now = realNow;
    }
  });

  it('serves the metrics in the format that Prometheus reads', async () => {
    const { status, text, type } = await get('/metrics');
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
    expect(text).toContain('# TYPE controller_runtime_reconcile_total counter');
  });

  it.each([
    { why: 'nothing else', path: '/secrets', method: 'GET', status: 404 },
    { why: 'nothing but reads', path: '/metrics', method: 'POST', status: 405 },
  ])('offers $why', async ({ path, method, status }) => {
    expect((await get(path, method)).status).toBe(status);
  });

  it('says which port it could not get', async () => {
    const again = startHealthServer({ port: health.port, host: '127.0.0.1', metrics: createMetrics(), log: silentLog });
    await expect(again).rejects.toThrow(`port ${health.port}`);
  });
});
