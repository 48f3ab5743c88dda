/** `diff`: what is declared against what the operator last saw. */
import type { Command } from '../command.ts';
import { diffView } from '../diffView.ts';
import { EXIT } from '../exit.ts';
import { getObject } from '../kubeAccess.ts';
import { print } from '../print.ts';
import { renderDiff } from '../render/diff.ts';

export const DIFF: Command = {
  name: 'diff',
  args: '<host>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'Declared against seen, layer by layer: software, firmware, driver, virtual functions',
  details:
    'Compares the spec with the status, that is with the last look of the operator. Exit code 1 when something differs or is unknown.',
  example: 'diff esx-01',
  permissions: ['get sriovhosts'],
  run: async (context) => {
    const rows = diffView(await getObject(context.kube(), 'SriovHost', context.args[0] ?? ''));
    print(context, { differences: rows.map((row) => ({ ...row, same: row.same ?? null })) }, (style) => renderDiff(rows, style));
    return rows.every(({ same }) => same === true) ? EXIT.ok : EXIT.negative;
  },
};
