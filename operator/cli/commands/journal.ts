/** `journal`: what the operator did to the outside world. */
import type { Command } from '../command.ts';
import { getNamed } from '../kubeAccess.ts';
import { reading } from '../reading.ts';
import { journalLines } from '../render/journal.ts';

export const JOURNAL: Command = reading({
  name: 'journal',
  args: '<host|attachment>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'The last actions of the operator on a host or a VM, oldest first',
  details: 'With -o wide also the command that was sent, and the value before and after.',
  example: 'journal esx-01\njournal sva/db-01 -o json\njournal esx-01 --watch',
  permissions: ['get sriovhosts and sriovvmattachments'],
  answer: async ({ args: [name = ''] }, kube) => {
    const { kind, metadata, status } = await getNamed(kube, name);
    const entries = status?.journal ?? [];
    return {
      data: { kind, namespace: metadata.namespace, name: metadata.name, journal: entries },
      render: (style) => (entries.length === 0 ? ['nothing was done yet'] : journalLines(entries, style)),
    };
  },
});
