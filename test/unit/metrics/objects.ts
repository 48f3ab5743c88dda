/** Objects as the caches have them, with only what metrics look at. */
import type { SriovHost, SriovVmAttachment } from '../../../operator/api/types.ts';

type Statuses = Readonly<Record<string, { readonly status: 'True' | 'False'; readonly reason: string }>>;

export const READY: Statuses = {
  Ready: { status: 'True', reason: 'Succeeded' },
  Stalled: { status: 'False', reason: 'NotStalled' },
};

export function stalledFor(reason: string): Statuses {
  return { Ready: { status: 'False', reason }, Stalled: { status: 'True', reason } };
}

export function waitingFor(reason: string): Statuses {
  return { Ready: { status: 'False', reason }, Stalled: { status: 'False', reason: 'NotStalled' } };
}

export function host(name: string, statuses: Statuses = READY, more: Partial<NonNullable<SriovHost['status']>> = {}): SriovHost {
  return object('SriovHost', name, statuses, more) as unknown as SriovHost;
}

export function attachment(name: string, statuses: Statuses = READY): SriovVmAttachment {
  return object('SriovVmAttachment', name, statuses, {}) as unknown as SriovVmAttachment;
}

function object(kind: string, name: string, statuses: Statuses, more: object): object {
  const conditions = Object.entries(statuses).map(([type, { status, reason }]) => ({
    type,
    status,
    reason,
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
    observedGeneration: 1,
  }));
  return { kind, metadata: { name, namespace: 'lab', generation: 1, uid: name }, spec: {}, status: { conditions, ...more } };
}
