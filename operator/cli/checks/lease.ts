/** Whether an operator is at work: its leader lease is held and renewed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isKubeError } from '../../kube/kubeError.ts';
import { listAll } from '../../kube/listAll.ts';
import { collectionPath, LEASES } from '../../kube/resource.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** As the operator names it. */
const LEASE = 'esxi-sriov-operator';

export interface LeaseRecord {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec?: { readonly holderIdentity?: string; readonly leaseDurationSeconds?: number; readonly renewTime?: string };
}

/** Longer than the pause between two renewals, 2.4 s at most. */
const SECOND_LOOK_MS = 4_000;
const NOT_RUNNING = 'look at the operator: kubectl get pods -A -l app.kubernetes.io/name=esxi-sriov-operator';

/** `namespace`: where the operator runs; left out: searched for in all. */
export async function checkLease(kube: KubeAccess, namespace: string | undefined, now: () => Date): Promise<readonly Finding[]> {
  const leases = await readLeases(kube, namespace);
  if (leases === 'forbidden') {
    const hint = 'name the namespace of the operator with --operator-namespace, or let somebody look who may get leases there';
    return [warning('lease', 'you may not see the lease of the operator', hint)];
  }
  const first = leases.map((lease) => ({ lease, finding: judgeLease(lease, now()) }));
  if (first.length === 0) return [failed('lease', `there is no lease ${LEASE}`, NOT_RUNNING)];
  if (first.every(({ finding }) => finding.result === 'ok')) return first.map(({ finding }) => finding);
  // The clock here may differ from the operator's: what counts is whether the lease moves.
  await sleep(SECOND_LOOK_MS, undefined, { signal: kube.signal });
  const later = await readLeases(kube, namespace);
  return first.map(({ lease, finding }) => (later !== 'forbidden' && moved(lease, later) ? skewed(lease) : finding));
}

/** Held, and renewed less than its duration ago by the clock here. Pure. */
export function judgeLease({ metadata, spec }: LeaseRecord, now: Date): Finding {
  const where = `lease ${metadata.namespace}/${metadata.name}`;
  const holder = spec?.holderIdentity ?? '';
  if (holder === '') return failed('lease', `${where} is held by nobody`, NOT_RUNNING);
  const age = spec?.renewTime === undefined ? Number.POSITIVE_INFINITY : (now.getTime() - Date.parse(spec.renewTime)) / 1000;
  const limit = spec?.leaseDurationSeconds ?? 15;
  if (age <= limit) return ok('lease', `${where} is held by ${holder} and fresh`);
  const since = Number.isFinite(age) ? `was last renewed ${Math.round(age)} s ago` : 'was never renewed';
  return failed('lease', `${where} of ${holder} ${since}; it is good for ${limit} s`, NOT_RUNNING);
}

function moved({ metadata, spec }: LeaseRecord, later: readonly LeaseRecord[]): boolean {
  const now = later.find((lease) => lease.metadata.namespace === metadata.namespace && lease.metadata.name === metadata.name);
  return now?.spec?.renewTime !== undefined && now.spec.renewTime !== spec?.renewTime;
}

function skewed({ metadata, spec }: LeaseRecord): Finding {
  const what = `lease ${metadata.namespace}/${metadata.name} is held by ${spec?.holderIdentity ?? ''} and renewed, though its times look old from here`;
  return warning('lease', what, 'compare the clock of this machine with that of the cluster');
}

/** `namespace`: undefined for all. */
export async function readLeases(kube: KubeAccess, namespace: string | undefined): Promise<readonly LeaseRecord[] | 'forbidden'> {
  const options = { client: kube.client, accept: 'application/json', pageSize: 500, signal: kube.signal };
  try {
    const query = { fieldSelector: `metadata.name=${LEASE}` };
    return (await listAll<LeaseRecord>({ ...options, path: collectionPath(LEASES, namespace), query })).items;
  } catch (error) {
    if (isKubeError(error, 403)) return 'forbidden';
    throw error;
  }
}
