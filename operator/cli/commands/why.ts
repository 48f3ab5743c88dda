/** `why`: the runbook of whatever keeps an object from being ready. */
import type { Command } from '../command.ts';
import { getNamed } from '../kubeAccess.ts';
import { reading } from '../reading.ts';
import { renderWhy } from '../render/why.ts';
import { whyView } from '../whyView.ts';

export const WHY: Command = reading({
  name: 'why',
  args: '<host|attachment>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'Why a host or an attachment is not ready, and what to do',
  details: 'A name that both kinds have is written srh/name for the host and sva/name for the attachment.',
  example: 'why esx-01\nwhy sva/db-01',
  permissions: ['get sriovhosts and sriovvmattachments'],
  answer: async ({ args: [name = ''] }, kube) => {
    const view = whyView(await getNamed(kube, name));
    return { data: view, render: (style) => renderWhy(view, style) };
  },
});
