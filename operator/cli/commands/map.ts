/** `map`: who sits where, in the terminal or as a picture. */
import type { Command, CommandContext } from '../command.ts';
import { CliError, EXIT } from '../exit.ts';
import { type MapRow, mapView } from '../mapView.ts';
import { print } from '../print.ts';
import { type Answer, WATCH, watching } from '../reading.ts';
import { renderMap } from '../render/map.ts';
import { writeOutput } from '../writeOutput.ts';
import { readStatus } from './status.ts';

export const MAP: Command = {
  name: 'map',
  args: '[host]',
  leastArgs: 0,
  mostArgs: 1,
  summary: 'One cell for each virtual function: free, in use, and whose',
  details:
    'The operator counts virtual functions: cells of a port are sorted by use, not by PCI address.\nThe pictures load nothing from anywhere and can be read without colours; existing files are kept unless --overwrite.',
  example: 'map esx-01\nmap -A --html fleet.html\nmap --svg map.svg --overwrite',
  flags: {
    ...WATCH,
    svg: { type: 'string', value: 'path', help: 'write the map as an SVG picture; - is standard output' },
    html: { type: 'string', value: 'path', help: 'write the map as a self-contained HTML page; - is standard output' },
    overwrite: { type: 'boolean', help: 'replace a file that exists' },
  },
  permissions: ['get and list sriovhosts and sriovvmattachments'],
  run: async (context) => {
    const { args, io, text, isSet } = context;
    const kube = await context.kube();
    const wantsFiles = text('svg') !== undefined || text('html') !== undefined;
    if (isSet('watch')) {
      if (wantsFiles) throw new CliError('a picture is of one moment: leave out --watch or the file');
      return await watching(context, kube, async (from) => answerOf(mapView(await readStatus(from, args[0], io))));
    }
    const rows = mapView(await readStatus(kube, args[0], io));
    const { data, render } = answerOf(rows);
    if (wantsFiles) await writePictures(context, rows);
    else await print(context, data, render);
    return EXIT.ok;
  },
};

function answerOf(rows: readonly MapRow[]): Answer {
  return { data: { ports: rows }, render: (style) => renderMap(rows, style) };
}

async function writePictures({ io, text, isSet }: CommandContext, rows: readonly MapRow[]): Promise<void> {
  const [{ svgMap }, { htmlPage }] = await Promise.all([import('../picture/svgMap.ts'), import('../picture/htmlPage.ts')]);
  const pictures = [
    { path: text('svg'), content: () => `${svgMap(rows)}\n` },
    { path: text('html'), content: () => htmlPage(rows, io.now()) },
  ];
  for (const { path, content } of pictures) {
    if (path === undefined) continue;
    await writeOutput(io, { path, content: content(), overwrite: isSet('overwrite') });
    if (path !== '-') io.note(`${path} is written`);
  }
}
