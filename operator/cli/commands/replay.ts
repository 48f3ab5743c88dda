/** `replay`: the operator's own decision code, run again over what a support bundle or a recorded file holds; no cluster, no host. */
import type { HostCase } from '../../controllers/sriovHost/recordedCase.ts';
import type { Command, CommandContext } from '../command.ts';
import { CliError, EXIT, type ExitCode, textOfError } from '../exit.ts';
import { print } from '../print.ts';
import type { ReplayView } from '../replay/replayView.ts';
import type { Recorded } from '../replay/source.ts';

export const REPLAY: Command = {
  name: 'replay',
  args: '<path>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'Decides again, offline, what the operator decided about a host, and shows why',
  details:
    'The path is a support bundle, packed or not, or a file of plan --direct --record. A bundle has decisions while the operator logs at level debug.\nOf each host the newest decision is shown; with --host all that the bundle has of it. Exit code 1: this version decides otherwise.',
  example: 'replay sriov-support-20260101120000.tar.gz --host fleet/esx-01\nreplay esx-01.case.json -o json',
  flags: { host: { type: 'string', value: '[namespace/]name', help: 'only this host, and all its decisions' } },
  permissions: [],
  run,
};

async function run(context: CommandContext): Promise<ExitCode> {
  const { args, io } = context;
  const [path = ''] = args;
  const [{ readRecorded }, { replayView }, { renderReplay }] = await Promise.all([
    import('../replay/source.ts'),
    import('../replay/replayView.ts'),
    import('../render/replay.ts'),
  ]);
  const recorded = await readRecorded(path, io);
  const wanted = context.text('host');
  const chosen = recorded.cases.filter((one) => wanted === undefined || isNamed(keyOf(one), wanted));
  const shown = wanted === undefined ? newestOfEach(chosen) : chosen;
  const without = recorded.hosts.filter(
    (key) => (wanted === undefined || isNamed(key, wanted)) && !chosen.some((one) => keyOf(one) === key),
  );
  if (shown.length === 0) throw new CliError(nothingRecorded(path, { recorded, wanted, without }));
  for (const key of without)
    io.note(`${path} has no decision about ${key}: only its status, which leaves out most of what a decision rests on`);
  const replays = shown.map((one) => decidedAgain(one, path, replayView));
  await print(context, { replays, without }, (style) =>
    replays.flatMap((view, index) => [...(index === 0 ? [] : ['']), ...renderReplay(view, style)]),
  );
  return replays.some(({ differences }) => differences.length > 0) ? EXIT.negative : EXIT.ok;
}

/** A case of another version may lack what this planner looks at. */
function decidedAgain(one: HostCase, path: string, view: (recorded: HostCase) => ReplayView): ReplayView {
  try {
    return view(one);
  } catch (error) {
    const why = textOfError(error);
    throw new CliError(
      `this version cannot decide about ${keyOf(one)} of ${path}: ${why}; take the plugin of the version that recorded it`,
      { cause: error },
    );
  }
}

function newestOfEach(cases: readonly HostCase[]): readonly HostCase[] {
  return [...new Map(cases.map((one) => [keyOf(one), one])).values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ host: { metadata } }: HostCase): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function isNamed(key: string, wanted: string): boolean {
  return wanted.includes('/') ? key === wanted : key.endsWith(`/${wanted}`);
}

interface Nothing {
  readonly recorded: Recorded;
  readonly wanted: string | undefined;
  readonly without: readonly string[];
}

function nothingRecorded(path: string, { recorded, wanted, without }: Nothing): string {
  const known = [...new Set([...recorded.hosts, ...recorded.cases.map(keyOf)])].sort();
  if (wanted !== undefined && without.length === 0) {
    return `${path} has nothing of a host ${wanted}; it has ${known.length === 0 ? 'no host' : known.join(', ')}`;
  }
  const which = wanted ?? 'any host';
  return `${path} has no decision about ${which}: a status leaves out what a decision rests on, such as PCI functions, firmware parameters and the VIBs of the host. The operator writes each decision to its log at level debug (--log-level debug); kubectl sriov plan --direct --record makes one from here`;
}
