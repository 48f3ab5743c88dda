/** Properties that neighbouring projects were seen to break: parsers that fail on odd text, or take a longer name for the one asked for. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFirmwareImage, parseFirmwareVersions } from '../../../operator/esxi/tools/flintQuery.ts';
import { readFirmwareConfig } from '../../../operator/esxi/tools/mlxconfigQuery.ts';
import { parseMstStatus } from '../../../operator/esxi/tools/mst.ts';
import { parseModuleOptions } from '../../../operator/esxi/tools/systemModule.ts';
import { isPortError } from '../../../operator/ports/errors.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';
import { result } from '../esxi/support/results.ts';
import { AT_GOAL, aWorld, ONE_ADAPTER, ready, withCommands } from './stage.ts';

const table = (rows: readonly string[]): string =>
  ['Device #1:', 'Device type:    ConnectX5', 'Configurations:    Default    Current    Next Boot', ...rows].join('\n');
const parameter = (text: string, name: string): number | undefined =>
  readFirmwareConfig('mlxconfig', result(text)).parameters[name]?.next.number;

describe('parsers never throw anything but that they do not understand', () => {
  const parsers: Readonly<Record<string, (text: string) => unknown>> = {
    parseFirmwareImage,
    parseFirmwareVersions,
    parseMstStatus,
    firmwareTable: (text) => readFirmwareConfig('mlxconfig', result(text)),
    moduleOptions: (text) => parseModuleOptions(text, 'nmlx5_core'),
  };
  // Rows with too few columns are what a match without a check of its groups falls over.
  const cell = fc.constantFrom('NUM_OF_VFS', '*', 'RO', '8', 'True(1)', 'Array[0..3]', '', 'PSID:', 'FW Version:', 'mt4119_pciconf0', '\t');
  const rows = fc
    .array(
      fc.array(cell, { maxLength: 6 }).map((cells) => cells.join(' ')),
      { maxLength: 6 },
    )
    .map(table);
  it.each(Object.entries(parsers).map(([name, parse]) => ({ name, parse })))('$name', ({ parse }) => {
    const outcome = (text: string): string => {
      try {
        parse(text);
        return 'OutputNotUnderstood';
      } catch (error) {
        return isPortError(error) ? error.code : String(error);
      }
    };
    fc.assert(
      fc.property(fc.oneof(rows, fc.string({ unit: 'binary' })), (text) => expect(outcome(text)).toBe('OutputNotUnderstood')),
      {
        numRuns: 500,
      },
    );
  });
});

describe('parsers never pick a longer name', () => {
  it('of a firmware parameter, whichever stands first', () => {
    const rows = ['   NUM_OF_VFS_MAX    1    1    99', '   NUM_OF_VFS    0    0    8', '   XNUM_OF_VFS    1    1    77'];
    for (const order of [rows, [...rows].reverse()]) expect(parameter(table(order), 'NUM_OF_VFS')).toBe(8);
    expect(parameter(table(rows.slice(0, 1)), 'NUM_OF_VFS')).toBeUndefined();
  });

  it('of a label of flint', () => {
    const running = 'FW Version(Running):   16.32.1010';
    const text = [running, 'FW Version:            16.35.4030', 'Orig PSID:             MT_X', 'PSID:                  MT_0000000080'];
    expect(parseFirmwareVersions(text.join('\n'))).toMatchObject({ flashed: '16.35.4030', running: '16.32.1010', psid: 'MT_0000000080' });
    expect(() => parseFirmwareImage([running, 'PSID: MT_0000000080'].join('\n'))).toThrow('firmware version');
  });

  it('of an uplink or a device of mst', () => {
    const line = (device: string, slot: string, uplink: string) => `ConnectX5(rev:0)  ${device}  ${slot}  ${uplink}`;
    const text = [line('mt4119_pciconf0.1', '3b:00.1', 'net-vmnic10'), line('mt4119_pciconf0', '3b:00.0', 'net-vmnic1')].join('\n');
    expect(parseMstStatus(text).map(({ name, vmnic }) => [name, vmnic])).toEqual([
      ['mt4119_pciconf0.1', 'vmnic10'],
      ['mt4119_pciconf0', 'vmnic1'],
    ]);
  });

  it('of a driver module', () => {
    const options = (module: string) => `${module} enabled = 1 options = 'max_vfs=4'`;
    expect(() => parseModuleOptions(options('nmlx5_core_debug'), 'nmlx5_core')).toThrow();
    expect(parseModuleOptions(options('nmlx5_core'), 'nmlx5_core').options).toBe('max_vfs=4');
  });

  it('of a VIB: a package with a longer name is not the declared one', async () => {
    const { clock, world } = aWorld({ ...AT_GOAL, profile: hostProfile({ tools: 'bare' }), files: standardDepot('7.0u3') });
    const spec = { ...hostSpec({ adapters: ONE_ADAPTER.adapters }), software: MFT_SOFTWARE };
    const longer = { name: 'mft-oem', version: '9.9.9.9', vendor: 'X', acceptanceLevel: 'PartnerSupported' };
    const run = await runHost(
      world,
      clock,
      { ...spec, mode: 'Observe' },
      {
        wrap: (host) => withCommands(host, { vibs: async (signal) => [longer, ...(await host.vibs(signal))] }),
        most: 2,
      },
    );
    expect(run.host().status?.plan?.steps.flatMap(({ kind, subject }) => (kind === 'InstallVib' ? [subject] : []))).toContain('mft');
    expect(ready(run.host())?.status).toBe('False');
  });

  it('of an uplink that an adapter is selected by', async () => {
    const { clock, world } = aWorld({ adapters: [{ model: connectX5En }] });
    const uplink = world.functions[0]?.port.vmnic ?? '';
    const [adapter] = ONE_ADAPTER.adapters;
    const adapters = [{ name: 'a', ports: adapter?.ports ?? [], selector: { vmnic: `${uplink}0` } }];
    const run = await runHost(world, clock, { ...ONE_ADAPTER, adapters }, { most: 2 });
    expect([uplink, ready(run.host())?.reason]).toEqual([expect.stringMatching(/^vmnic\d+$/), 'AdapterNotFound']);
  });
});
