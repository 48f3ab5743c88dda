/** Runs checks one after another: what one of them runs into is a finding, and the next is made nevertheless. */
import { isKubeError } from '../../kube/kubeError.ts';
import { textOfError } from '../exit.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import type { CheckName } from './catalogue.ts';
import { type Finding, failed } from './finding.ts';

export interface Check {
  /** By whose name a failure to make the check is told. */
  readonly name: CheckName;
  run(kube: KubeAccess): Promise<readonly Finding[]>;
}

export interface Checked {
  readonly findings: readonly Finding[];
  /** False where the API server did not answer: nothing more was asked then, and nothing is known. */
  readonly reached: boolean;
}

const UNREACHABLE = 'see whether kubectl version works with the same kubeconfig and context; nothing else could be checked';

export async function runChecks(checks: readonly Check[], connect: () => Promise<KubeAccess>): Promise<Checked> {
  const findings: Finding[] = [];
  let kube: KubeAccess | undefined;
  for (const { name, run } of checks) {
    try {
      kube ??= await connect();
      findings.push(...(await run(kube)));
    } catch (error) {
      if (kube?.signal.aborted === true) throw error;
      if (kube === undefined) return { findings: [failed('api-server', textOfError(error), UNREACHABLE)], reached: false };
      if (isKubeError(error, 0)) {
        return {
          findings: [...findings, failed('api-server', `the API server does not answer: ${textOfError(error)}`, UNREACHABLE)],
          reached: false,
        };
      }
      const hint = isKubeError(error, 403)
        ? 'ask for the right that is named, or let somebody check who has it'
        : 'try again; the API server refused the question';
      findings.push(failed(name, textOfError(error), hint));
    }
  }
  return { findings, reached: true };
}
