/** `diff`: what is declared against what the operator last saw. */
import type { Command } from '../command.ts';
import { diffView } from '../diffView.ts';
import { EXIT } from '../exit.ts';
import { getHost } from '../kubeAccess.ts';
import { reading } from '../reading.ts';
import { renderDiff } from '../render/diff.ts';

export const DIFF: Command = reading({
  name: 'diff',
  args: '<host>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'Declared against seen, layer by layer: software, firmware, driver, virtual functions',
  details:
    'Compares the spec with the status, that is with the last look of the operator. Exit code 1 when something differs or is unknown.',
  example: 'diff esx-01',
  permissions: ['get sriovhosts'],
  answer: async ({ args: [name = ''] }, kube) => {
    const rows = diffView(await getHost(kube, name));
    return {
      data: { differences: rows.map((row) => ({ ...row, same: row.same ?? null })) },
      render: (style) => renderDiff(rows, style),
      code: rows.every(({ same }) => same === true) ? EXIT.ok : EXIT.negative,
    };
  },
});
