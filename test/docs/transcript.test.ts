/** The transcript in docs/kubectl-plugin.md is what the plugin says of the demo's fleet today: it is played again and compared. */
import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { playTranscript } from '../demo/transcript.ts';
import { PAGE, pageWith } from '../demo/transcriptPage.ts';

/** The fleet of the demo from its start; a cold build of the API server takes minutes more. */
const LIMIT_MS = 20 * 60_000;

it(
  'docs/kubectl-plugin.md tells what the plugin says; npm run docs:transcript writes it anew',
  async () => {
    const { signal } = new AbortController();
    expect(await pageWith(await playTranscript({ signal }))).toBe(await readFile(PAGE, 'utf8'));
  },
  LIMIT_MS,
);
