/** What the journal says of a step, and what it never says. */
import { describe, expect, it } from '@jest/globals';
import { journalWords } from '../../../operator/controllers/sriovHost/journal.ts';
import type { HostStep } from '../../../operator/controllers/sriovHost/steps.ts';

const sha256 = '0'.repeat(64);
const change = { from: '1', to: '2' };

const CASES: readonly { readonly why: string; readonly step: HostStep; readonly words: object }[] = [
  {
    why: 'settings with their values before and after',
    step: {
      kind: 'SetFirmwareParameters',
      because: 'x',
      adapter: 'a',
      device: 'mt4119_pciconf0',
      values: { SRIOV_EN: { from: 'False(0)', to: '1' }, NUM_OF_VFS: { from: '0', to: '8' } },
      confirmable: true,
    },
    words: {
      command: 'mlxconfig -y -d mt4119_pciconf0 set SRIOV_EN=1 NUM_OF_VFS=8',
      before: 'SRIOV_EN=False(0) NUM_OF_VFS=0',
      after: 'SRIOV_EN=1 NUM_OF_VFS=8',
    },
  },
  {
    why: 'a signed URL without its signature',
    step: { kind: 'StageFirmwareImage', because: 'x', adapter: 'a', url: 'https://h/fw.bin?sig=canary', path: '/vmfs/volumes/d/x', sha256 },
    words: { command: 'GET https://h/fw.bin' },
  },
  {
    why: 'a depot without the password in its URL',
    step: {
      kind: 'InstallVib',
      because: 'x',
      name: 'mft',
      source: { kind: 'depot', location: 'https://u:canary@h/d.zip#x' },
      sha256: undefined,
      change,
    },
    words: { command: 'esxcli software vib install -d https://h/d.zip', before: '1', after: '2' },
  },
  {
    why: 'long options cut to what the schema allows',
    step: {
      kind: 'SetDriverOptions',
      because: 'x',
      module: 'nmlx5_core',
      change: { from: '', to: 'x'.repeat(600) },
      functions: [],
      macAddresses: [],
    },
    words: { command: `esxcfg-module -s '${'x'.repeat(491)}...`, before: '', after: `${'x'.repeat(509)}...` },
  },
  { why: 'nothing for a step that is no command', step: { kind: 'PowerOn', because: 'x' }, words: {} },
];

describe('journalWords', () => {
  it.each(CASES)('$why', ({ step, words }) => {
    expect(journalWords(step)).toEqual(words);
  });
});
