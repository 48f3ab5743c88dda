/** `approve`: lets the operator carry out exactly the plan that was looked at. */
import type { SriovHost } from '../../api/types.ts';
import type { Command, CommandContext } from '../command.ts';
import { confirm } from '../confirm.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { annotate, getHost } from '../kubeAccess.ts';
import { planView } from '../planView.ts';
import { renderPlan } from '../render/plan.ts';
import { tell } from '../steering.ts';

export const APPROVE: Command = {
  name: 'approve',
  args: '<host> [hash]',
  leastArgs: 1,
  mostArgs: 2,
  summary: 'Approve the plan of a host, and that plan only',
  details:
    'Without a hash the plan is shown first and asked about; with --yes the hash must be given, so that a script approves what it has seen.\nA plan that changed meanwhile is not approved: exit code 1.',
  example: 'approve esx-01\napprove esx-01 1f0c2a9b77de --yes',
  flags: { yes: { type: 'boolean', short: 'y', help: 'do not ask' } },
  permissions: ['get and patch sriovhosts'],
  run,
};

/** The status is written now and then; each time the version changes and the plan mostly does not. */
const ATTEMPTS = 10;

async function run(context: CommandContext): Promise<ExitCode> {
  const kube = await context.kube();
  const [name = '', given] = context.args;
  const host = await getHost(kube, name);
  const hash = given ?? hashToAsk(context, host);
  refuseUnlessApprovable(host, hash);
  if (!context.isSet('yes')) {
    if (context.io.ask === undefined) {
      throw new CliError(`there is no terminal to ask on; give the plan that you looked at: approve ${host.metadata.name} ${hash} --yes`);
    }
    for (const line of renderPlan(planView(host), context.style)) context.io.note(line);
    if (!(await confirm(context.io, `Approve plan ${hash} of ${host.metadata.name}?`))) return EXIT.negative;
  }
  // Whatever time the answer took: the plan may be another by now.
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const fresh = await getHost(kube, name);
    refuseUnlessApprovable(fresh, hash);
    if (await annotate(kube, fresh, 'approve', hash)) {
      return await tell(context, host, { changed: true, message: `sriovhost/${host.metadata.name}: plan ${hash} is approved` });
    }
  }
  throw new CliError(`${name} changes faster than it can be approved; try again`);
}

function hashToAsk({ isSet }: CommandContext, host: SriovHost): string {
  if (isSet('yes')) throw new CliError(`--yes needs the hash of the plan that you looked at: kubectl sriov plan ${host.metadata.name}`);
  return host.status?.plan?.hash ?? '';
}

/** Throws with exit code 1 and the reason, in words. */
export function refuseUnlessApprovable({ metadata, spec, status }: SriovHost, hash: string): void {
  const { name } = metadata;
  const refuse = (message: string): never => {
    throw new CliError(message, { exitCode: EXIT.negative });
  };
  if (spec.disruption.approval !== 'Required') refuse(`${name} needs no approval: spec.disruption.approval is ${spec.disruption.approval}`);
  if (status?.observedGeneration !== metadata.generation) {
    refuse(`the operator has not yet planned the last change of ${name}'s spec; look again with kubectl sriov plan ${name}`);
  }
  if (status?.plan === undefined) refuse(`${name} has no plan: nothing is left to do`);
  else if (status.plan.hash !== hash) {
    refuse(`the plan of ${name} changed: it is ${status.plan.hash} now, not ${hash}; look at it with kubectl sriov plan ${name}`);
  }
}
