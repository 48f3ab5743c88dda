/** Reads what a support bundle is made of. What may not be read is noted and left out: a bundle with gaps beats none. */

import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import type { HostCase } from '../../controllers/sriovHost/recordedCase.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import { checkCluster, checkCrds } from '../checks/crds.ts';
import type { Finding } from '../checks/finding.ts';
import { checkObjects } from '../checks/objects.ts';
import { checkReading, checkWriting, PLURALS } from '../checks/permissions.ts';
import { textOfError } from '../exit.ts';
import { type KubeAccess, listObjects } from '../kubeAccess.ts';
import { newestCases, takeCases } from './cases.ts';
import { chartValues } from './chartValues.ts';
import { eventsOf } from './events.ts';
import { type OperatorParts, operatorParts } from './operatorParts.ts';

export interface Missing {
  readonly what: string;
  readonly why: string;
}

export interface Gathered {
  readonly hosts: readonly SriovHost[];
  readonly attachments: readonly SriovVmAttachment[];
  readonly events: readonly unknown[];
  readonly operator: OperatorParts;
  /** Decisions about hosts that were in the logs, oldest first. */
  readonly cases: readonly HostCase[];
  readonly findings: readonly Finding[];
  /** User-supplied values of the Helm release, where they were asked for. */
  readonly chartValues?: unknown;
  readonly missing: readonly Missing[];
}

export interface GatherOptions {
  readonly operatorNamespace: string | undefined;
  readonly chartValues: boolean;
}

export type Try = <T>(what: string, read: () => Promise<T>, otherwise: T) => Promise<T>;

export async function gather(kube: KubeAccess, options: GatherOptions): Promise<Gathered> {
  const missing: Missing[] = [];
  const attempt: Try = async (what, read, otherwise) => {
    try {
      return await read();
    } catch (error) {
      if (kube.signal.aborted) throw error;
      missing.push({ what, why: isKubeError(error, 403) ? 'you may not read it' : textOfError(error) });
      return otherwise;
    }
  };
  const hosts = await attempt('sriovhosts', () => listObjects(kube, 'SriovHost', kube.scope), []);
  const attachments = await attempt('sriovvmattachments', () => listObjects(kube, 'SriovVmAttachment', kube.scope), []);
  const { operator, cases } = apart(await operatorParts(kube, options.operatorNamespace, attempt));
  const findings = [
    ...(await attempt('version of the API server', () => checkCluster(kube), [])),
    ...(await attempt('served versions', () => checkCrds(kube), [])),
    ...(await attempt('permissions', () => checkRights(kube), [])),
    ...(await attempt('state of the objects', () => checkObjects(kube), [])),
  ];
  const events = await attempt('events', () => eventsOf(kube, operator.namespaces), []);
  const values = options.chartValues ? await attempt('chart values', () => chartValues(kube, operator.namespaces), undefined) : undefined;
  return { hosts, attachments, events, operator, cases, findings, ...(values === undefined ? {} : { chartValues: values }), missing };
}

async function checkRights(kube: KubeAccess): Promise<readonly Finding[]> {
  const found = PLURALS.map(async (plural) => [...(await checkReading(kube, plural)), ...(await checkWriting(kube, plural))]);
  return (await Promise.all(found)).flat();
}

/** What a decision rests on may be much: it is a file of its own, and not a line of the log. */
function apart(operator: OperatorParts): Pick<Gathered, 'operator' | 'cases'> {
  const taken = Object.entries(operator.logs).map(([key, log]) => [key, takeCases(log)] as const);
  const logs = Object.fromEntries(taken.map(([key, { log }]) => [key, log]));
  return { operator: { ...operator, logs }, cases: newestCases(taken.flatMap(([, { cases }]) => cases)) };
}
