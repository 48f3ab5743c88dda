/** When the demo goes on, and when it gives up. */
import { describe, expect, it } from '@jest/globals';
import type { Condition, SriovHost } from '../../../operator/api/types.ts';
import { isReady, type Watch, waitsForApproval, waitUntilReady } from '../../demo/waitUntilReady.ts';

const LONG_MS = 60_000;
const never = new AbortController().signal;

type Said = Pick<Condition, 'type' | 'status' | 'reason'>;

const READY: Said = { type: 'Ready', status: 'True', reason: 'Succeeded' };
const WAITS: Said = { type: 'Ready', status: 'False', reason: 'ApprovalRequired' };
const STALLED: Said = { type: 'Stalled', status: 'True', reason: 'AdapterNotFound' };

function host(name: string, said: Said, observedGeneration = 1): SriovHost {
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovHost',
    metadata: { name, namespace: 'demo', uid: name, generation: 1 },
    spec: {} as SriovHost['spec'],
    status: { observedGeneration, progress: 'at work', conditions: [{ ...said, message: 'because', lastTransitionTime: '' }] },
  };
}

/** A store of hosts that tells when it changes. */
function watch(...first: readonly SriovHost[]): Watch & { readonly set: (...hosts: readonly SriovHost[]) => void } {
  let hosts = first;
  const listeners = new Set<() => void>();
  return {
    list: ((kind: string) => (kind === 'SriovHost' ? hosts : [])) as Watch['list'],
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (...next) => {
      hosts = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

describe('waitUntilReady', () => {
  it.each([
    { why: 'one is missing', before: [host('a', READY)] },
    { why: 'one is not Ready', before: [host('a', READY), host('b', WAITS)] },
    { why: 'one was Ready for the spec before', before: [host('a', READY), host('b', READY, 0)] },
  ])('goes on when all are Ready, not while $why', async ({ before }) => {
    const objects = watch(...before);
    let done = false;
    const waiting = waitUntilReady(objects, { objects: 2, timeoutMs: LONG_MS }, never).then(() => {
      done = true;
    });
    objects.set(...before);
    await new Promise(setImmediate);
    expect(done).toBe(false);
    objects.set(host('a', READY), host('b', READY));
    await waiting;
    expect(done).toBe(true);
  });

  it('is content with less when asked to be', async () => {
    const enough = (object: Parameters<typeof isReady>[0]): boolean => isReady(object) || waitsForApproval(object);
    await waitUntilReady(watch(host('a', READY), host('b', WAITS)), { objects: 2, timeoutMs: LONG_MS, enough }, never);
    const late = waitUntilReady(watch(host('a', READY), host('b', WAITS, 0)), { objects: 2, timeoutMs: 20, enough }, never);
    await expect(late).rejects.toThrow('not everything was Ready within 0.02 s:\n  SriovHost/b: at work');
  });

  it('gives up when one is Stalled, and says why', async () => {
    const goal = { objects: 2, timeoutMs: LONG_MS };
    await expect(waitUntilReady(watch(host('a', READY), host('b', STALLED)), goal, never)).rejects.toThrow(
      'SriovHost/b is Stalled: because',
    );
  });

  it('gives up with the reason of the signal', async () => {
    const stop = new AbortController();
    const waiting = waitUntilReady(watch(), { objects: 1, timeoutMs: LONG_MS }, stop.signal);
    stop.abort(new Error('Ctrl-C'));
    await expect(waiting).rejects.toThrow('Ctrl-C');
  });
});
