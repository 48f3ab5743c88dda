/** `journal`: what the operator did to the outside world. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { getNamed } from '../kubeAccess.ts';
import { print } from '../print.ts';
import { journalLines } from '../render/journal.ts';

export const JOURNAL: Command = {
  name: 'journal',
  args: '<host|attachment>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'The last actions of the operator on a host or a VM, oldest first',
  example: 'journal esx-01\njournal sva/db-01 -o json',
  permissions: ['get sriovhosts and sriovvmattachments'],
  run: async (context) => {
    const { kind, metadata, status } = await getNamed(context.kube(), context.args[0] ?? '');
    const entries = status?.journal ?? [];
    const data = { kind, namespace: metadata.namespace, name: metadata.name, journal: entries };
    print(context, data, (style) => (entries.length === 0 ? ['nothing was done yet'] : journalLines(entries, style)));
    return EXIT.ok;
  },
};
