/** The text of the transcript and its place on the page. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const PAGE = join(import.meta.dirname, '../../docs/kubectl-plugin.md');
/** Columns of the terminal that it is played on. */
export const WIDTH = 140;

const START = '<!-- transcript: npm run docs:transcript -->';
const END = '<!-- end of the transcript -->';

/** Times, ports, hashes, addresses and versions that are others on each run, each in its usual form so that columns keep their width. */
export function steadyText(text: string): string {
  return steadyMacs(steadyHashes(text))
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, '2026-01-01T12:00:00Z')
    .replace(/(?<=looked at (?:host|vSphere) )127\.0\.0\.1:\d+/g, 'esx-06.example.com')
    .replace(/up for \w+/g, 'up for 12h00m')
    .replace(/(?<=host +demo\/(esx-\d+)[^$]*?)127\.0\.0\.1 port \d+/g, (_, host: string) => `${host}.example.com port 22`)
    .replace(/127\.0\.0\.1:\d+/g, 'bmc.example.com')
    .replace(/operator-\d+_[0-9a-f-]{36}/g, 'esxi-sriov-operator-7c9d5f_4b1e')
    .replace(/Kubernetes v1\.\d+\.\d+\S*/g, 'Kubernetes v1.37.2')
    .replace(/\(v1\.\d+\.\d+\S*\)/g, '(v1.37.2)')
    .replace(/serial number \S+/g, 'serial number ABC1234')
    .replace(/\d+ files, \d+ values hidden/g, '20 files, 0 values hidden')
    .replace(/away for about \S+/g, 'away for about 10m00s')
    .replace(/(?<=Succeeded +)(?:\d+m)?\d+s +/g, '0s    ');
}

/** Plans in the order in which they appear. */
function steadyHashes(text: string): string {
  const hashes = [...new Set([...text.matchAll(/^hash: ([0-9a-f]{12})$/gm)].map(([, hash]) => hash ?? ''))];
  return hashes.reduce((steady, hash, index) => steady.replaceAll(hash, `1f0c2a9b77d${index}`), text);
}

/** Addresses that vSphere chose, and the GUIDs made of them, in the order in which they appear. */
function steadyMacs(text: string): string {
  const seen: string[] = [];
  return text.replace(/00:50:56:(ff:fe:)?90:([0-9a-f]{2}:[0-9a-f]{2})/g, (_, guid: string | undefined, chosen: string) => {
    if (!seen.includes(chosen)) seen.push(chosen);
    return `00:50:56:${guid ?? ''}90:00:0${seen.indexOf(chosen) + 1}`;
  });
}

/** The page with this transcript between its markers. Throws when they are not there. */
export async function pageWith(transcript: string): Promise<string> {
  const page = await readFile(PAGE, 'utf8');
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has no place for the transcript: ${START} ... ${END}`);
  return `${before}${START}\n\n\`\`\`console\n${transcript}\`\`\`\n\n${END}${after}`;
}
