/** `find`: from any name to the whole chain, VM to BMC. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { findView } from '../findView.ts';
import { listObjects } from '../kubeAccess.ts';
import { reading } from '../reading.ts';
import { renderFind } from '../render/find.ts';
import { attachmentsFor } from './status.ts';

export const FIND: Command = reading({
  name: 'find',
  args: '<name>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'The chain from VM to BMC, by MAC, GUID, PCI address, serial number, VM, uplink or host',
  details:
    'MAC addresses may be spelled with colons, dashes, dots or nothing, GUIDs too. A PCI address may be given without its segment.\nExit code 1 when nothing fits.',
  example: 'find 00:50:56:3f:00:01 -A\nfind 3b:00.2\nfind db-01',
  permissions: ['list sriovhosts and sriovvmattachments'],
  answer: async ({ args: [wanted = ''], io }, kube) => {
    const hosts = await listObjects(kube, 'SriovHost', kube.scope);
    const chains = findView(wanted, hosts, await attachmentsFor(kube, hosts, io));
    const where = kube.scope === undefined ? 'in the cluster' : `in namespace ${kube.scope}; -A looks in all`;
    return {
      data: { found: chains },
      render: (style) => (chains.length === 0 ? [`nothing is called ${wanted} ${where}`] : renderFind(wanted, chains, style)),
      code: chains.length === 0 ? EXIT.negative : EXIT.ok,
    };
  },
});
