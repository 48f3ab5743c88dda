/** `map`: who sits where. */
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { mapView } from '../mapView.ts';
import { print } from '../print.ts';
import { renderMap } from '../render/map.ts';
import { readStatus } from './status.ts';

export const MAP: Command = {
  name: 'map',
  args: '[host]',
  leastArgs: 0,
  mostArgs: 1,
  summary: 'One cell for each virtual function: free, in use, and whose',
  details: 'The operator counts virtual functions: cells of a port are sorted by use, not by PCI address.',
  example: 'map esx-01',
  permissions: ['get and list sriovhosts and sriovvmattachments'],
  run: async (context) => {
    const rows = mapView(await readStatus(context.kube(), context.args[0], context.io));
    print(context, { ports: rows }, (style) => renderMap(rows, style));
    return EXIT.ok;
  },
};
