/** `sriov_hosts` and `sriov_attachments` by state, and `sriov_credentials_rejected` by whose credentials they are. */
import { isTrue } from '../api/conditions.ts';
import type { Metrics, Series } from '../engine/metrics.ts';
import type { Objects, SriovObject } from './objects.ts';

/** Reasons that say so, and who refused. */
const REFUSED_BY = {
  SriovHost: { CredentialsRejected: 'esxi', BmcCredentialsRejected: 'bmc', VsphereCredentialsRejected: 'vsphere' },
  SriovVmAttachment: { VsphereCredentialsRejected: 'vsphere', GuestCredentialsRejected: 'guest' },
} as const;

/** Returns a function to be called before each scrape. Every state and service has its series also at 0. */
export function stateCollector(metrics: Metrics, objects: Objects): () => void {
  return () => {
    const hosts = objects.hosts();
    const attachments = objects.attachments();
    metrics.replace('sriov_hosts', byState(hosts));
    metrics.replace('sriov_attachments', byState(attachments));
    metrics.replace('sriov_credentials_rejected', [...rejected('SriovHost', hosts), ...rejected('SriovVmAttachment', attachments)]);
  };
}

function byState(objects: readonly SriovObject[]): readonly Series[] {
  const ready = objects.filter(({ status }) => isTrue(status?.conditions, 'Ready')).length;
  const stalled = objects.filter(({ status }) => isTrue(status?.conditions, 'Stalled')).length;
  return [
    { labels: { state: 'ready' }, value: ready },
    { labels: { state: 'stalled' }, value: stalled },
    { labels: { state: 'reconciling' }, value: objects.length - ready - stalled },
  ];
}

/** An object counts when any of its conditions says so: refused credentials of a BMC or a guest do not always keep it from being Ready. */
function rejected(kind: SriovObject['kind'], objects: readonly SriovObject[]): readonly Series[] {
  return Object.entries(REFUSED_BY[kind]).map(([reason, service]) => ({
    labels: { kind, service },
    value: objects.filter(({ status }) => status?.conditions?.some((condition) => condition.reason === reason) === true).length,
  }));
}
