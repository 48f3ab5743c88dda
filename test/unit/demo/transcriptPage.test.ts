/** What differs from run to run is made the same, and nothing else. */
import { describe, expect, it } from '@jest/globals';
import { steadyText } from '../../demo/transcriptPage.ts';

describe('steadyText', () => {
  it.each([
    { why: 'times', text: '2026-05-04T03:02:01Z', steady: '2026-01-01T12:00:00Z' },
    {
      why: 'a plan wherever its hash is named',
      text: 'approve=aaaaaaaaaaaa\nhash: aaaaaaaaaaaa\nhash: bbbbbbbbbbbb',
      steady: 'approve=1f0c2a9b77d0\nhash: 1f0c2a9b77d0\nhash: 1f0c2a9b77d1',
    },
    {
      why: 'MAC addresses that vSphere chose, and their GUIDs',
      text: '00:50:56:90:00:1a 00:50:56:90:01:20 00:50:56:ff:fe:90:01:20',
      steady: '00:50:56:90:00:01 00:50:56:90:00:02 00:50:56:ff:fe:90:00:02',
    },
    {
      why: 'the server of each host under its own name',
      text: 'host  demo/esx-01 (x)\nSSH 127.0.0.1 port 4711\nhost  demo/esx-07 (x)\nSSH 127.0.0.1 port 815',
      steady: 'host  demo/esx-01 (x)\nSSH esx-01.example.com port 22\nhost  demo/esx-07 (x)\nSSH esx-07.example.com port 22',
    },
    {
      why: 'durations, and the columns behind them stay where they are',
      text: 'Succeeded  12s   boot\nSucceeded  0s    look\nSucceeded  1m05s boot',
      steady: 'Succeeded  0s    boot\nSucceeded  0s    look\nSucceeded  0s    boot',
    },
    { why: 'a MAC address that is declared stays', text: '00:50:56:3f:00:01', steady: '00:50:56:3f:00:01' },
    { why: 'counts stay', text: '1 restart, 12 of 16', steady: '1 restart, 12 of 16' },
  ])('$why', ({ text, steady }) => {
    expect(steadyText(text)).toBe(steady);
  });
});
