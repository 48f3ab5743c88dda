/** Whether the objects are being looked after. */
import { isTrue } from '../../api/conditions.ts';
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import { type KubeAccess, listObjects } from '../kubeAccess.ts';
import { type Finding, ok, warning } from './finding.ts';

export async function checkObjects(kube: KubeAccess): Promise<readonly Finding[]> {
  try {
    const hosts = await listObjects(kube, 'SriovHost', kube.scope);
    return judgeObjects([...hosts, ...(await listObjects(kube, 'SriovVmAttachment', kube.scope))]);
  } catch (error) {
    // The permissions check has said it already.
    if (isKubeError(error, 403)) return [];
    throw error;
  }
}

/** Pure. */
export function judgeObjects(objects: readonly (SriovHost | SriovVmAttachment)[]): readonly Finding[] {
  const unseen = objects.filter(({ status, metadata }) => status?.observedGeneration !== metadata.generation);
  const stalled = objects.filter(({ status }) => isTrue(status?.conditions, 'Stalled'));
  const findings: Finding[] = [];
  if (unseen.length > 0) {
    const what = `${unseen.length} of ${objects.length} objects wait for a first look at their spec: ${names(unseen)}`;
    findings.push(
      warning('observed', what, 'normal for seconds after a change; if it stays, see the log of the operator and its --namespaces'),
    );
  }
  if (stalled.length > 0) {
    const hint = `kubectl sriov why ${shortName(stalled[0])} -n ${stalled[0]?.metadata.namespace}`;
    findings.push(warning('stalled', `${stalled.length} of ${objects.length} objects are stalled: ${names(stalled)}`, hint));
  }
  return findings.length > 0 ? findings : [ok('observed', `${objects.length} objects, all looked at, none stalled`)];
}

const SHOWN = 5;

function names(objects: readonly (SriovHost | SriovVmAttachment)[]): string {
  const shown = objects.slice(0, SHOWN).map((object) => `${object.metadata.namespace} ${shortName(object)}`);
  return objects.length > SHOWN ? `${shown.join(', ')} and ${objects.length - SHOWN} more` : shown.join(', ');
}

function shortName(object: SriovHost | SriovVmAttachment | undefined): string {
  return object === undefined ? '' : `${object.kind === 'SriovHost' ? 'srh' : 'sva'}/${object.metadata.name}`;
}
