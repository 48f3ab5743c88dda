/** What a URL may hide, a password or the signature of a link, is in the spec and nowhere else: no status, no event, no log. */
import { expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { disturbedStage, specWith } from './disturbedStage.ts';

const URL = 'https://depot:hunter2@files.example.com/mft.zip?signature=s3cr3t#frag';
const SOFTWARE = [
  { name: 'nmst', minVersion: '4.22.1.11', source: { depot: URL } },
  { name: 'mft', minVersion: '4.22.1.11', source: { depot: URL } },
];

it.each([
  {
    why: 'the installation fails',
    happens: () => new PortError('CommandFailed', 'esxcli failed with exit code 1'),
    says: 'VibInstallFailed',
  },
  {
    why: 'the VIB is made for another release',
    happens: () =>
      new PortError('CommandFailed', 'VIB x requires vmkapi_2_2_0_0, but the requirement cannot be satisfied within the ImageProfile'),
    says: 'VibIncompatible',
  },
  {
    why: 'nobody signed it',
    happens: () => new PortError('CommandFailed', 'Could not find a trusted signer'),
    says: 'VibSignatureRefused',
  },
  { why: 'it reports success and has no effect', happens: () => undefined, says: 'VibInstallFailed' },
])('$why', async ({ happens, says }) => {
  const at = disturbedStage(specWith({}, { software: SOFTWARE }), { profile: hostProfile({ tools: 'bare' }) });
  at.on('host', 'offeredVibs', async () => []);
  at.on('host', 'installVib', async () => {
    const error = happens();
    if (error !== undefined) throw error;
    return { message: 'done', rebootRequired: true, installed: [], removed: [], skipped: [] };
  });
  const written: string[] = [];
  at.cluster.afterWrite = () => void written.push(JSON.stringify(at.host().status));
  for (let looks = 0; looks < 15; looks += 1) await at.step();
  const all = [...written, ...at.cluster.events.map((event) => JSON.stringify(event))].join('\n');
  expect(all).toContain(says);
  expect(all).toContain('https://files.example.com/mft.zip');
  expect(all).not.toMatch(/hunter2|depot:|s3cr3t|signature=|#frag/);
});
