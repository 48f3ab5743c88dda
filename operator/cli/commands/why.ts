/** `why`: the runbook of whatever keeps an object from being ready. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { getNamed } from '../kubeAccess.ts';
import { print } from '../print.ts';
import { renderWhy } from '../render/why.ts';
import { whyView } from '../whyView.ts';

export const WHY: Command = {
  name: 'why',
  args: '<host|attachment>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'Why a host or an attachment is not ready, and what to do',
  details: 'A name that both kinds have is written srh/name for the host and sva/name for the attachment.',
  example: 'why esx-01\nwhy sva/db-01',
  permissions: ['get sriovhosts and sriovvmattachments'],
  run: async (context) => {
    const object = await getNamed(context.kube(), context.args[0] ?? '');
    print(context, whyView(object), (style) => renderWhy(whyView(object), style));
    return EXIT.ok;
  },
};
