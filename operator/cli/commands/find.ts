/** `find`: from any name to the whole chain, VM to BMC. */
import type { Command } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { findView } from '../findView.ts';
import { listObjects } from '../kubeAccess.ts';
import { print } from '../print.ts';
import { renderFind } from '../render/find.ts';
import { attachmentsFor } from './status.ts';

export const FIND: Command = {
  name: 'find',
  args: '<name>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'The chain from VM to BMC, by MAC address, PCI address, VM, uplink or host',
  details: 'MAC addresses may be spelled with colons, dashes, dots or nothing. Exit code 1 when nothing fits.',
  example: 'find 00:50:56:3f:00:01 -A\nfind db-01',
  permissions: ['list sriovhosts and sriovvmattachments'],
  run: async (context) => {
    const kube = context.kube();
    const [wanted = ''] = context.args;
    const hosts = await listObjects(kube, 'SriovHost', kube.scope);
    const chains = findView(wanted, hosts, await attachmentsFor(kube, hosts, context.io));
    if (chains.length === 0 && (context.format === 'table' || context.format === 'wide')) {
      const where = kube.scope === undefined ? 'in the cluster' : `in namespace ${kube.scope}; -A looks in all`;
      throw new CliError(`nothing is called ${wanted} ${where}`, { exitCode: EXIT.negative });
    }
    print(context, { found: chains }, (style) => renderFind(wanted, chains, style));
    return chains.length === 0 ? EXIT.negative : EXIT.ok;
  },
};
