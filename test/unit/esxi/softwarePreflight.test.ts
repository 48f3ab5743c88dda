/** What is asked before a VIB is installed: Secure Boot, and what the file holds. */
import { describe, expect, it } from '@jest/globals';
import { parseSecureBoot, secureBootCommand } from '../../../operator/esxi/tools/secureBoot.ts';
import { parseSourcesVibList, sourcesVibListCommand } from '../../../operator/esxi/tools/softwareSources.ts';

describe('secureBoot.py -s', () => {
  it('asks for the state and for nothing else', () => {
    expect(secureBootCommand()).toBe('/usr/lib/vmware/secureboot/bin/secureBoot.py -s');
  });

  it.each([
    { why: 'the word of the STIG', stdout: 'Enabled\n', on: true },
    { why: 'its other word', stdout: 'Disabled\n', on: false },
    { why: 'a sentence', stdout: 'Secure Boot: ENABLED\n', on: true },
    { why: 'a negation', stdout: 'Secure boot is not enabled\n', on: false },
  ])('is read from $why', ({ stdout, on }) => {
    expect(parseSecureBoot(stdout)).toBe(on);
  });

  it.each([
    { why: 'nothing', stdout: '' },
    { why: 'both', stdout: 'Enabled Disabled' },
    { why: 'another word', stdout: 'Unknown' },
  ])('is never guessed from $why', ({ stdout }) => {
    expect(() => parseSecureBoot(stdout)).toThrow(expect.objectContaining({ code: 'OutputNotUnderstood' }));
  });
});

describe('esxcli software sources vib list', () => {
  it.each([
    { why: 'one VIB', source: { kind: 'vib', location: '/vmfs/volumes/a b/x.vib' }, option: "-v '/vmfs/volumes/a b/x.vib'" },
    { why: 'a bundle', source: { kind: 'depot', location: 'https://h/x.zip' }, option: '-d https://h/x.zip' },
  ] as const)('names $why', ({ source, option }) => {
    expect(sourcesVibListCommand(source)).toBe(`esxcli --formatter=xml software sources vib list ${option}`);
  });

  it('refuses what is neither path nor URL', () => {
    expect(() => sourcesVibListCommand({ kind: 'vib', location: '-f' })).toThrow(/neither an absolute path/);
  });

  it('is read by label; what is not there stays empty', () => {
    const field = (name: string, value: string) => `<field name="${name}"><string>${value}</string></field>`;
    const vibs = [
      `<structure typeName="VIBExt">${field('AcceptanceLevel', 'CommunitySupported')}${field('Name', 'nmst')}${field('Version', '4.22')}</structure>`,
      `<structure typeName="VIBExt">${field('Name', 'mft')}</structure>`,
    ];
    const xml = `<?xml version="1.0" encoding="utf-8"?><output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli"><root><list type="structure">${vibs.join('')}</list></root></output>`;
    expect(parseSourcesVibList(xml)).toEqual([
      { name: 'nmst', version: '4.22', acceptanceLevel: 'CommunitySupported' },
      { name: 'mft', version: '', acceptanceLevel: '' },
    ]);
  });
});
