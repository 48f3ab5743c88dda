/** Awkward cases that no capture shows: what a parser must not guess. */
import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../operator/esxi/outcome.ts';
import { field, listField, parseStructures } from '../../../operator/esxi/tools/esxcliXml.ts';
import { parseSha256 } from '../../../operator/esxi/tools/files.ts';
import { parseFirmwareVersions } from '../../../operator/esxi/tools/flintQuery.ts';
import { parsePciList } from '../../../operator/esxi/tools/hardwarePci.ts';
import { parseMaintenanceMode } from '../../../operator/esxi/tools/maintenanceMode.ts';
import { readFirmwareConfig } from '../../../operator/esxi/tools/mlxconfigQuery.ts';
import { parseActivation, setFailure } from '../../../operator/esxi/tools/mlxconfigSet.ts';
import { parseNicList } from '../../../operator/esxi/tools/networkNic.ts';
import { parseVibInstall } from '../../../operator/esxi/tools/softwareVib.ts';
import { parseVirtualFunctionList } from '../../../operator/esxi/tools/sriovNic.ts';
import { parseModuleOptions } from '../../../operator/esxi/tools/systemModule.ts';
import { parseSystemVersion } from '../../../operator/esxi/tools/systemVersion.ts';
import { result, thrownBy } from './support/results.ts';

const xml = (content: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli"><root>${content}</root></output>`;
const structure = (fields: Readonly<Record<string, string>>): string =>
  `<structure typeName="T">${Object.entries(fields)
    .map(([name, text]) => `<field name="${name}"><string>${text}</string></field>`)
    .join('')}</structure>`;
const list = (...fields: readonly Readonly<Record<string, string>>[]): string =>
  xml(`<list type="structure">${fields.map(structure).join('')}</list>`);

describe('XML of esxcli', () => {
  it('decodes any number of entities: parsers that stop after a thousand would lose a large host', () => {
    const text = `${'&amp;'.repeat(5000)}&#65;&#x1F642;&lt;&gt;&quot;&apos;&unknown;`;
    expect(field(parseStructures(list({ Name: text }), 'x')[0] ?? new Map(), 'Name')).toBe(`${'&'.repeat(5000)}A🙂<>"'&unknown;`);
  });

  it('does not decode twice', () => {
    expect(field(parseStructures(list({ Name: '&amp;lt;' }), 'x')[0] ?? new Map(), 'Name')).toBe('&lt;');
  });

  it('reads lists, nested structures and unknown types beside the fields it is asked for', () => {
    const text = xml(
      '<structure typeName="T"><field name="L"><list type="string"><string>a</string><string>b</string></list></field><field name="S"><structure typeName="U"><field name="Name"><string>inner</string></field></structure></field><field name="D"><double>1.5</double></field><field name="Name"><string>outer</string></field></structure>',
    );
    const [first = new Map<string, string>()] = parseStructures(text, 'x');
    expect([listField(first, 'L'), field(first, 'Name'), field(first, 'S'), field(first, 'D'), field(first, 'Missing')]).toEqual([
      ['a', 'b'],
      'outer',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('takes what stands before the XML for noise', () => {
    expect(parseStructures(`warning: slow\n${list({ Name: 'x' })}`, 'x')).toHaveLength(1);
  });

  it.each([
    { why: 'a document type, which no esxcli prints', text: `<!DOCTYPE x [<!ENTITY a "b">]>${list({ Name: '&a;' })}` },
    { why: 'cut in the middle', text: list({ Name: 'x' }).slice(0, -20) },
    { why: 'an error in plain text', text: 'Error: Unknown command or namespace' },
    { why: 'other XML', text: '<html><body/></html>' },
    { why: 'nothing', text: '' },
  ])('refuses $why', ({ text }) => {
    const error = thrownBy(() => parseStructures(text, 'the list of VIBs'));
    expect(error.code).toBe('OutputNotUnderstood');
    expect(error.message).toContain('the list of VIBs');
  });
});

describe('fields that are missing or wrong are named', () => {
  const pci = { Address: '0000:82:00.0', VendorID: '5555', DeviceID: '4115', DeviceClass: '512' };
  it.each([
    {
      why: 'a PCI function without device',
      act: () => parsePciList(list({ ...pci, DeviceID: '' })),
      says: 'DeviceID of the PCI function 0000:82:00.0',
    },
    {
      why: 'a bare hexadecimal vendor, which could be decimal',
      act: () => parsePciList(list({ ...pci, VendorID: '15b3' })),
      says: 'VendorID of the PCI function 0000:82:00.0',
    },
    {
      why: 'an address in other numbers',
      act: () => parsePciList(list({ ...pci, Address: 'PCI 0:1:2:3' })),
      says: 'address of a PCI function',
    },
    {
      why: 'an uplink without MAC address',
      act: () => parseNicList(list({ Name: 'vmnic0', PCIDevice: '0000:01:00.0' })),
      says: 'MACAddress of the uplink vmnic0',
    },
    {
      why: 'a virtual function with an odd number',
      act: () => parseVirtualFunctionList(list({ VFID: 'x', PCIAddress: '0000:01:00.0' })),
      says: 'a virtual function',
    },
    {
      why: 'a version in words',
      act: () => parseSystemVersion('Product: VMware ESXi\nVersion: eight\nBuild: x'),
      says: 'product, version and build',
    },
    { why: 'a third state of maintenance mode', act: () => parseMaintenanceMode('Entering\n'), says: 'maintenance mode' },
    {
      why: 'a module that was not asked for',
      act: () => parseModuleOptions("nmlx4_core enabled = 1 options = ''", 'nmlx5_core'),
      says: 'the module nmlx5_core',
    },
    {
      why: 'an installation without a word on reboots',
      act: () => parseVibInstall('Installation Result\n   Message: done\n'),
      says: 'Reboot Required',
    },
    { why: 'firmware without PSID', act: () => parseFirmwareVersions('FW Version: 16.28.2006\n'), says: 'PSID' },
    {
      why: 'a running version in words',
      act: () => parseFirmwareVersions('FW Version: 16.28.2006\nFW Version(Running): N/A\nPSID: MT_1\n'),
      says: 'running firmware version',
    },
    { why: 'a checksum that is too short', act: () => parseSha256('abc  file'), says: 'SHA-256' },
  ])('$why', ({ act, says }) => {
    const error = thrownBy(act);
    expect(error.code).toBe('OutputNotUnderstood');
    expect(error.message).toContain(says);
  });
});

describe('uplinks', () => {
  it('without a PCI address, as of USB, are left out', () => {
    expect(parseNicList(list({ Name: 'vusb0', PCIDevice: 'Pseudo', MACAddress: '00:11:22:33:44:55' }))).toEqual([]);
  });
});

describe('firmware parameters', () => {
  const table = (heading: string, ...rows: readonly string[]): string => [`Configurations: ${heading}`, ...rows].join('\n');
  const read = (text: string) => readFirmwareConfig('mlxconfig', result(text)).parameters;

  it('are found by their whole names', () => {
    const parameters = read(
      table('Default Current Next Boot', 'PF_NUM_OF_VF 1 1 1', 'NUM_OF_VFS 2 2 2', 'KEEP_IB_LINK_UP_P1 False(0) False(0) False(0)'),
    );
    expect(Object.keys(parameters)).toEqual(['PF_NUM_OF_VF', 'NUM_OF_VFS', 'KEEP_IB_LINK_UP_P1']);
    expect(parameters['NUM_OF_VFS']?.next.number).toBe(2);
  });

  it('have their columns where the heading says, in whatever order', () => {
    expect(read(table('Next Boot Default Current', 'SRIOV_EN True(1) False(0) False(0)'))['SRIOV_EN']).toEqual(
      expect.objectContaining({ next: expect.objectContaining({ number: 1 }), current: expect.objectContaining({ number: 0 }) }),
    );
  });

  it('are refused, not guessed at, when a row has more or fewer values than columns', () => {
    expect(thrownBy(() => read(table('Default Current Next Boot', 'SRIOV_EN True(1) False(0)'))).message).toContain(
      '3 value(s) of the firmware parameter SRIOV_EN',
    );
  });

  it.each([
    { missing: 'default', row: 'A_B 1 2', is: [undefined, 1, 2] },
    { missing: 'current', row: 'A_B 1 2', is: [1, undefined, 2] },
    { missing: 'default and current', row: 'A_B 2', is: [undefined, undefined, 2] },
  ])('lack the $missing column where the firmware cannot read it', ({ missing, row, is }) => {
    const text = `${table('Default Current Next Boot', row)}\nDevice Firmware does not support reading ${missing} configurations`;
    const parameter = read(text)['A_B'];
    expect([parameter?.default?.number, parameter?.current?.number, parameter?.next.number]).toEqual(is);
  });

  it('of a second device are not mixed in', () => {
    expect(
      Object.keys(
        read(`${table('Default Current Next Boot', 'A_B 1 1 1')}\nDevice #2:\nConfigurations: Default Current Next Boot\nC_D 1 1 1`),
      ),
    ).toEqual(['A_B']);
  });
});

describe('what mlxconfig says last', () => {
  it.each([
    { why: 'reset preparation was skipped (BlueField)', text: '-I- Skipped reset preparation', is: 'Unknown' },
    { why: 'nothing', text: 'Applying... Done!', is: 'Unknown' },
    {
      why: 'only the last line counts',
      text: '-I- Please reboot machine to load new configurations.\n-I- Please power cycle machine to load new configurations.',
      is: 'PowerCycle',
    },
  ])('$why: $is', ({ text, is }) => {
    expect(parseActivation(text)).toBe(is);
  });

  it.each([
    {
      why: 'the parameter it does not know, in its other spelling',
      text: '-E- Unknown Parameter FOO_BAR',
      detail: { unsupportedParameter: 'FOO_BAR' },
    },
    {
      why: 'the largest value without the stray apostrophe',
      text: '-E- Parameter NUM_OF_VFS value is larger than maximum allowed 64',
      detail: { parameter: 'NUM_OF_VFS', maximum: 64 },
    },
  ])('gives $why', ({ text, detail }) => {
    expect(setFailure('mlxconfig', result(text, 3)).detail).toEqual(expect.objectContaining(detail));
  });
});

describe('a failed command', () => {
  it('shows no password that a URL carries, in message or detail', () => {
    const url = 'https://user:canary@repo.example.com/mft.zip';
    const error = failureOf(`esxcli software vib install -d ${url}`, result(`[MetadataDownloadError]\n Could not download ${url}`, 1));
    expect(JSON.stringify([error.message, error.detail])).not.toContain('canary');
    expect(error.message).toContain('https://***@repo.example.com/mft.zip');
  });

  it.each([
    {
      why: 'exit code 127',
      command: '/opt/mellanox/bin/mlxconfig -d x -e q',
      answer: result('', 127),
      code: 'ToolMissing',
      says: 'install the VIBs mft and nmst',
    },
    {
      why: 'ash that says so with exit code 1',
      command: 'esxcfg-module -g x',
      answer: result('', 1, 'sh: esxcfg-module: not found\n'),
      code: 'ToolMissing',
      says: 'esxcfg-module is not on the host',
    },
    {
      why: 'a program that is there and misses something itself',
      command: 'sha256sum /x',
      answer: result('', 1, "sha256sum: can't open '/x': No such file or directory"),
      code: 'CommandFailed',
      says: "can't open",
    },
    {
      why: 'no words at all',
      command: 'esxcli --formatter=xml network nic list',
      answer: result('', 1),
      code: 'CommandFailed',
      says: /^esxcli network nic list failed with exit code 1$/,
    },
    {
      why: 'a usage text, which is left out',
      command: 'esxcli system x',
      answer: result('Bad thing\n\nUsage: esxcli {namespace}\nOptions:\n', 1),
      code: 'CommandFailed',
      says: /: Bad thing$/,
    },
    {
      why: 'a long text, which is cut',
      command: 'esxcli system x',
      answer: result('x'.repeat(5000), 1),
      code: 'CommandFailed',
      says: /^.{1,500}\.\.\.$/,
    },
  ])('is told apart and says why: $why', ({ command, answer, code, says }) => {
    const error = failureOf(command, answer);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    expect(error.detail['exitCode']).toBe(answer.exitCode);
  });
});
