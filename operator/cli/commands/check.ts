/** `check`: whether the installation works, as far as its caller may see. Goes on after a failed part. */
import { isKubeError } from '../../kube/kubeError.ts';
import { checkCluster, checkCrds } from '../checks/crds.ts';
import type { Finding } from '../checks/finding.ts';
import { checkLease } from '../checks/lease.ts';
import { checkObjects } from '../checks/objects.ts';
import { checkPermissions } from '../checks/permissions.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT, type ExitCode, textOfError } from '../exit.ts';
import { print } from '../print.ts';
import { renderCheck } from '../render/check.ts';

export const CHECK: Command = {
  name: 'check',
  args: '',
  leastArgs: 0,
  mostArgs: 0,
  summary: 'Whether the installation works: CRDs, permissions, operator, objects',
  details:
    'Reads only. Exit code 1 when something failed; warnings alone do not count.\nWith -o junit each finding is a test case: what failed is a failure, a warning is told in its output.',
  example: 'check -n fleet --operator-namespace sriov-system\ncheck -A -o junit > check.xml',
  formats: ['junit'],
  flags: { 'operator-namespace': { type: 'string', value: 'name', help: 'where the operator runs; default: searched for in all' } },
  permissions: [
    'optional: list leases where the operator runs',
    'optional: list sriovhosts and sriovvmattachments',
    'optional: list validatingadmissionpolicies',
  ],
  run,
};

async function run(context: CommandContext): Promise<ExitCode> {
  const kube = await context.kube();
  const parts: readonly (readonly [Finding['area'], () => Promise<readonly Finding[]>])[] = [
    ['cluster', () => checkCluster(kube)],
    ['cluster', () => checkCrds(kube)],
    ['permissions', () => checkPermissions(kube)],
    ['operator', () => checkLease(kube, context.text('operator-namespace'), context.io.now)],
    ['objects', () => checkObjects(kube)],
  ];
  const findings: Finding[] = [];
  for (const [area, part] of parts) {
    try {
      findings.push(...(await part()));
    } catch (error) {
      const reachable = !isKubeError(error, 0);
      const what = reachable ? textOfError(error) : `the API server does not answer: ${textOfError(error)}`;
      findings.push({ area, what, result: 'failed', hint: 'see whether kubectl version works with the same kubeconfig and context' });
      // Nothing more can be asked then, and to say so for each part helps nobody.
      if (!reachable) break;
    }
  }
  if (context.format === 'junit') context.io.write((await import('../render/junit.ts')).junitOf(findings));
  else await print(context, { findings }, (style) => renderCheck(findings, style));
  return findings.some(({ result }) => result === 'failed') ? EXIT.negative : EXIT.ok;
}
