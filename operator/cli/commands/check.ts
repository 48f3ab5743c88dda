/** `check`: whether the installation works, or could be made, as far as its caller may see. Goes on after a failed part. */
import { checkInstallRights, checkNotInstalled, checkOtherOperator } from '../checks/beforeInstall.ts';
import { checkCluster, checkCrds } from '../checks/crds.ts';
import { checkDeployment } from '../checks/deployment.ts';
import { checkLease } from '../checks/lease.ts';
import { checkObjects } from '../checks/objects.ts';
import { checkReading, checkWriting, PLURALS } from '../checks/permissions.ts';
import { type Check, runChecks } from '../checks/runChecks.ts';
import type { Command, CommandContext } from '../command.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { print } from '../print.ts';
import { renderCheck } from '../render/check.ts';

export const CHECK: Command = {
  name: 'check',
  args: '',
  leastArgs: 0,
  mostArgs: 0,
  summary: 'Whether the installation works, or with --pre could be made: cluster, CRDs, permissions, operator, objects',
  details:
    'Reads only. Exit code 1 when something failed, 2 when the cluster cannot be reached; warnings alone do not count. -o short leaves out what is ok.\nWith -o junit each finding is a test case: what failed is a failure, a warning is told in its output.',
  example: 'check -n fleet --operator-namespace sriov-system\ncheck --pre -n sriov-system\ncheck -A -o junit > check.xml',
  formats: ['short', 'junit'],
  flags: {
    pre: { type: 'boolean', help: 'before the installation into the namespace of -n: may it be made, and is nobody there yet' },
    'operator-namespace': { type: 'string', value: 'name', help: 'where the operator runs; default: searched for in all' },
  },
  permissions: [
    'optional: list leases and deployments where the operator runs',
    'optional: list sriovhosts and sriovvmattachments',
    'optional: list validatingadmissionpolicies',
  ],
  run,
};

async function run(context: CommandContext): Promise<ExitCode> {
  const pre = context.isSet('pre');
  if (pre && context.text('operator-namespace') !== undefined)
    throw new CliError('--pre asks for the namespace of -n: leave out --operator-namespace');
  const { findings, reached } = await runChecks(pre ? before(context) : after(context), context.kube);
  if (context.format === 'junit') context.io.write((await import('../render/junit.ts')).junitOf(findings));
  else await print(context, { findings }, (style) => renderCheck(findings, style, context.format === 'short'));
  if (!reached) return EXIT.failed;
  return findings.some(({ result }) => result === 'failed') ? EXIT.negative : EXIT.ok;
}

function before({ io }: CommandContext): readonly Check[] {
  return [
    { name: 'api-server', run: checkCluster },
    { name: 'not-installed', run: checkNotInstalled },
    { name: 'install-rights', run: checkInstallRights },
    { name: 'other-operator', run: async (kube) => await checkOtherOperator(kube, io.now) },
  ];
}

function after({ io, text }: CommandContext): readonly Check[] {
  return [
    { name: 'api-server', run: checkCluster },
    { name: 'kinds-served', run: checkCrds },
    // Reads YAML files, which is not loaded for anything else.
    { name: 'crds-current', run: async (kube) => await (await import('../checks/crdsCurrent.ts')).checkCrdsCurrent(kube) },
    ...PLURALS.flatMap((plural): readonly Check[] => [
      { name: 'read-rights', run: async (kube) => await checkReading(kube, plural) },
      { name: 'write-rights', run: async (kube) => await checkWriting(kube, plural) },
    ]),
    { name: 'lease', run: async (kube) => await checkLease(kube, text('operator-namespace'), io.now) },
    { name: 'deployment', run: async (kube) => await checkDeployment(kube, text('operator-namespace')) },
    { name: 'observed', run: checkObjects },
  ];
}
