/** `ui`: pages to read in a browser on this machine. */
import type { Command, CommandContext } from '../command.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { print } from '../print.ts';
import { readStatus } from './status.ts';

export const UI: Command = {
  name: 'ui',
  args: '',
  leastArgs: 0,
  mostArgs: 0,
  summary: 'Pages to read in a browser on this machine: fleet, host, attachment',
  details:
    'Prints an address on 127.0.0.1 with a token that is new each time, and serves it until Ctrl-C or --timeout.\nNothing can be changed there. What is shown is what you may read.',
  example: 'ui -A\nui -n fleet --port 8089',
  flags: { port: { type: 'string', value: 'number', help: 'port on 127.0.0.1; default: one that is free' } },
  permissions: ['get and list sriovhosts and sriovvmattachments'],
  run,
};

async function run(context: CommandContext): Promise<ExitCode> {
  const port = portOf(context.text('port'));
  const { io } = context;
  const kube = await context.kube();
  // Who may not read at all is told here, and not on a page.
  await readStatus(kube, undefined, io);
  const { serveUi } = await import('../ui/serve.ts');
  const ui = await serveUi({ kube, io }, port);
  try {
    await print(context, { url: ui.url }, () => [ui.url]);
    if (io.terminal) io.note('Whoever has this address sees what you may read. Ctrl-C ends it.');
    if (!io.signal.aborted) await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    await ui.stop();
  }
  return EXIT.ok;
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new CliError(`--port is '${text}'; give a number from 1 to 65535, or 0 for one that is free`);
}
