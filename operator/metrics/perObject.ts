/**
 * Series of single hosts and stalled attachments, computed at a scrape. One that is gone has none, and there are never more than a
 * limit: of a fleet beyond it those are shown that need somebody, and a gauge says how many are not.
 */
import { isTrue } from '../api/conditions.ts';
import type { SriovHost } from '../api/types.ts';
import type { Metrics, Series } from '../engine/metrics.ts';
import { stalledReason } from './notReady.ts';
import type { Objects, SriovObject } from './objects.ts';

/** Objects of a kind with series of their own: about eight series for each host, one for each attachment that is stalled. */
export const MAX_OBJECTS = 1_000;

type PortVfs = NonNullable<NonNullable<NonNullable<SriovHost['status']>['adapters']>[number]['ports']>[number]['vfs'];

const LAYERS = {
  sriov_vf_firmware: (vfs: PortVfs) => vfs.firmware,
  sriov_vf_configured: (vfs: PortVfs) => vfs.configured,
  sriov_vf_in_use: (vfs: PortVfs) => vfs.inUse,
} as const;

/** Returns a function to be called before each scrape. */
export function perObjectCollector(metrics: Metrics, objects: Objects, limit = MAX_OBJECTS): () => void {
  return () => {
    const all = objects.hosts();
    const hosts = mostInteresting(all, limit);
    const perHost = (name: string, value: (host: SriovHost) => number): void =>
      metrics.replace(
        name,
        hosts.map((host) => ({ labels: namesOf(host), value: value(host) })),
      );
    perHost('sriov_host_ready', ({ status }) => Number(isTrue(status?.conditions, 'Ready')));
    perHost('sriov_host_unavailable', (host) => Number(isUnavailable(host)));
    perHost('sriov_vf_desired', ({ status }) => status?.vfs?.desired ?? 0);
    perHost('sriov_vf_present', ({ status }) => status?.vfs?.present ?? 0);
    for (const [name, layer] of Object.entries(LAYERS)) perHost(name, (host) => sumOfPorts(host, layer));
    metrics.replace('sriov_host_stalled', stalledSeries(hosts));
    const stalled = objects.attachments().filter((attachment) => stalledReason(attachment) !== undefined);
    const shown = mostInteresting(stalled, limit);
    metrics.replace('sriov_attachment_stalled', stalledSeries(shown));
    metrics.replace('sriov_series_omitted', [
      { labels: { kind: 'SriovHost' }, value: all.length - hosts.length },
      { labels: { kind: 'SriovVmAttachment' }, value: stalled.length - shown.length },
    ]);
  };
}

function namesOf({ kind, metadata }: SriovObject): Readonly<Record<string, string>> {
  return { namespace: metadata.namespace, [kind === 'SriovHost' ? 'host' : 'attachment']: metadata.name };
}

/** Stalled ones first, then those that are not Ready; of equal ones by name, so that the same are shown at each scrape. */
function mostInteresting<T extends SriovObject>(objects: readonly T[], limit: number): readonly T[] {
  if (objects.length <= limit) return objects;
  const rank = (object: T): number => (stalledReason(object) !== undefined ? 0 : isTrue(object.status?.conditions, 'Ready') ? 2 : 1);
  const name = ({ metadata }: T): string => `${metadata.namespace}/${metadata.name}`;
  return [...objects].sort((a, b) => rank(a) - rank(b) || (name(a) < name(b) ? -1 : 1)).slice(0, limit);
}

function stalledSeries(objects: readonly SriovObject[]): readonly Series[] {
  return objects.flatMap((object) => {
    const reason = stalledReason(object);
    return reason === undefined ? [] : [{ labels: { ...namesOf(object), reason }, value: 1 }];
  });
}

/** In maintenance mode, restarting, or without its VMs, through us. */
function isUnavailable({ status }: SriovHost): boolean {
  return (
    status?.maintenance?.enteredByUs === true || status?.restarts?.last?.state === 'Requested' || (status?.poweredOffVms?.length ?? 0) > 0
  );
}

function sumOfPorts({ status }: SriovHost, layer: (vfs: PortVfs) => number | undefined): number {
  const ports = (status?.adapters ?? []).flatMap((adapter) => adapter.ports ?? []);
  return ports.reduce((sum, { vfs }) => sum + (layer(vfs) ?? 0), 0);
}
