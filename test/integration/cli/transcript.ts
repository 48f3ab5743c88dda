/**
 * The transcript in docs/kubectl-plugin.md: what the plugin says in the lab, with what differs from run to run made the same.
 * `node test/integration/cli/transcript.ts` writes it; the test compares it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NAMESPACE, type Stage, startStage } from './stage.ts';
import { run } from './terminal.ts';

export const PAGE = join(import.meta.dirname, '../../../docs/kubectl-plugin.md');
const START = '<!-- transcript: node test/integration/cli/transcript.ts -->';
const END = '<!-- end of the transcript -->';

/** Plays the story and resolves with its text. Afterwards both objects of esx-01 are ready. */
export async function playTranscript(stage: Stage): Promise<string> {
  const parts: string[] = [];
  const play = async (...args: readonly string[]): Promise<void> => {
    const { stdout, stderr, code } = await run([...args, ...stage.admin]);
    parts.push(`$ kubectl sriov ${args.join(' ')}\n${stderr}${stdout}${code === 0 ? '' : `(exit code ${code})\n`}`);
  };
  const { observer } = stage.lab;
  await play('status');
  await play('why', 'esx-02');
  await play('plan', 'esx-01');
  await play('approve', 'esx-01', '0123456789ab', '--yes');
  const hash = observer.get('SriovHost', `${NAMESPACE}/esx-01`)?.status?.plan?.hash ?? '';
  await play('approve', 'esx-01', hash, '--yes');
  await observer.untilCondition('SriovHost', `${NAMESPACE}/esx-01`, { type: 'Ready', status: 'True' });
  await observer.untilCondition('SriovVmAttachment', `${NAMESPACE}/db-01`, { type: 'Ready', status: 'True' });
  // The host is looked at once more, so that the VM's virtual function counts as in use in every run.
  await run(['retry', 'esx-01', '--yes', ...stage.admin]);
  const counted = { what: 'one virtual function in use' };
  await observer.until('SriovHost', `${NAMESPACE}/esx-01`, (host) => host?.status?.adapters?.[0]?.ports?.[0]?.vfs.inUse === 1, counted);
  await play('status', 'esx-01');
  await play('diff', 'esx-01');
  await play('map', 'esx-01');
  await play('find', 'db-01');
  await play('journal', 'sva/db-01');
  await play('check');
  return steady(parts.join('\n'), hash);
}

/** Times, ports, hashes, MAC addresses and versions of the lab, each in its usual form so that columns keep their width. */
function steady(text: string, hash: string): string {
  return text
    .replaceAll(hash, '1f0c2a9b77de')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-01-01T12:00:00Z')
    .replace(/127\.0\.0\.1:\d+/g, 'bmc-01.example.com')
    .replace(/127\.0\.0\.1 port \d+/g, 'esx-01.example.com port 22')
    .replace(/b8:59:9f:d0:[0-9a-f]{2}:/g, 'b8:59:9f:d0:13:')
    .replace(/00:50:56:[0-9a-f]{2}:[0-9a-f]{2}:[0-9a-f]{2}/g, '00:50:56:90:00:01')
    .replace(/\(\d+, powered/g, '(24, powered')
    .replace(/operator-\d+_[0-9a-f-]{36}/g, 'esxi-sriov-operator-7c9d5f_4b1e')
    .replace(/\(v1\.\d+\.\d+\S*\)/g, '(v1.37.2)')
    .replace(/ \d+s( +)/g, ' 0s$1');
}

export async function pageWith(transcript: string): Promise<string> {
  const page = await readFile(PAGE, 'utf8');
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no place for the transcript: ${START} ... ${END}`);
  return `${before}${START}\n\n\`\`\`console\n${transcript}\`\`\`\n\n${END}${after}`;
}

if (process.argv[1] === import.meta.filename) {
  const stage = await startStage();
  try {
    await writeFile(PAGE, await pageWith(await playTranscript(stage)));
  } finally {
    await stage.stop();
  }
}
