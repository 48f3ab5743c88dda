// Emulated tools: exact texts and exit codes where the real ones are known, refusals everywhere else.
import { describe, expect, it } from '@jest/globals';
import { storeFirmware } from '../../../simulator/depot.ts';
import { connectX4Vpi, connectX5En } from '../../../simulator/profiles/adapterModels.ts';
import type { HostProfileOptions } from '../../../simulator/profiles/hostProfiles.ts';
import { runShell } from '../../../simulator/ssh/shell.ts';
import { HostFiles } from '../../../simulator/world/hostFiles.ts';
import type { HostWorldOptions } from '../../../simulator/world/hostOptions.ts';
import { FewVms, testHost } from './testHost.ts';

const MFT = '/opt/mellanox/bin';

function shellOn(options: Partial<HostWorldOptions> & { readonly host?: HostProfileOptions } = {}) {
  const host = testHost({ adapters: [{ model: connectX5En, pciAddress: '0000:65:00.0' }], ...options });
  const run = async (line: string) => {
    const running = runShell(line, { world: host.world, readStdin: () => Promise.resolve(new Uint8Array()) });
    // A burn takes its time on the manual clock.
    await new Promise(setImmediate);
    host.clock.advance(host.world.durations.burn);
    return await running;
  };
  return { ...host, run };
}

describe('esxcli', () => {
  it.each([
    { why: 'an unknown option', line: 'esxcli hardware pci pcipassthru list --test', first: 'Error: Invalid option --test' },
    { why: 'a missing option', line: 'esxcli system shutdown reboot', first: 'Error: Missing required parameter -r|--reason' },
    {
      why: 'a boolean that is none',
      line: 'esxcli system maintenanceMode set -e maybe',
      first:
        "Error: While processing '-e'. Argument type mismatch. Expecting one of {0, 1, n[o], y[es], f[alse], t[rue], off, on}. Got 'maybe'",
    },
    { why: 'an unknown formatter', line: 'esxcli --formatter=json system version get', first: 'Error: Invalid option --formatter=json' },
    { why: 'an unknown command', line: 'esxcli system coffee get', first: 'Error: Unknown command or namespace system coffee get' },
    { why: 'a command before hostd answers', line: 'esxcli system version get', first: 'Connect to localhost failed: Connection failure.' },
  ])('says on stdout, with exit code 1: $why', async ({ why, line, first }) => {
    const shell = shellOn(why.includes('hostd') ? { misbehaviour: [{ kind: 'hostdNotReady', milliseconds: 60_000 }] } : {});
    shell.reboot();
    const result = await shell.run(line);
    expect({ code: result.code, first: result.stdout.split('\n')[0] }).toEqual({ code: 1, first });
  });

  it.each([
    { formatter: '', expected: 'Name    PCI Device    Driver      Link  Speed  Duplex  MAC Address        MTU   Description\n' },
    { formatter: '--formatter=csv', expected: 'Description,Driver,Duplex,Link,MACAddress,MTU,Name,PCIDevice,Speed,\n' },
    {
      formatter: '--formatter=keyvalue',
      expected: 'structure[0].SriovNic.Description.string=Mellanox Technologies MT27800 Family [ConnectX-5]\n',
    },
    { formatter: '--formatter=xml', expected: '<?xml version="1.0" encoding="utf-8"?>\n' },
  ])('formats lists with "$formatter"', async ({ formatter, expected }) => {
    const adapters = [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 2 } }];
    const { run } = shellOn({ adapters, moduleOptions: 'max_vfs=2' });
    expect((await run(`esxcli ${formatter} network sriovnic list`)).stdout.slice(0, expected.length)).toBe(expected);
  });

  it.each([
    { esxi: '7.0u3' as const, line: '    0   false  00000:101:00.2  -' },
    { esxi: '8.0u2' as const, line: '    0   false  00000:101:00.2  -' },
    { esxi: '8.0u3' as const, line: '    0   false  0000:65:00.2  -' },
  ])('prints VF addresses as $esxi does', async ({ esxi, line }) => {
    const adapters = [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 2 }, pciAddress: '0000:65:00.0' }];
    const { run } = shellOn({ host: { esxi, tools: 'withMft' }, adapters, moduleOptions: 'max_vfs=2' });
    expect((await run('esxcli network sriovnic vf list -n vmnic2')).stdout.split('\n')[2]).toBe(line);
  });

  it('restarts only in maintenance mode', async () => {
    const { world, run, settle } = shellOn();
    expect(await run('esxcli system shutdown reboot -r test')).toMatchObject({ code: 1 });
    settle();
    expect(world.counters.restarts).toEqual([]);
    await run('esxcli system maintenanceMode set -e true -t 60');
    expect(await run('esxcli system shutdown reboot -r test')).toMatchObject({ code: 0, stdout: '' });
    settle();
    expect(world.counters.warmRestarts).toBe(1);
  });

  it('lists running VMs as blocks, and nothing when there are none', async () => {
    const { world, run } = shellOn();
    expect((await run('esxcli vm process list')).stdout).toBe('');
    world.attachVms(new FewVms('db-01'));
    expect((await run('esxcli vm process list')).stdout).toMatch(/^db-01\n {3}World ID: 100\n {3}Process ID: 0\n {3}VMX Cartel ID: 99\n/);
  });
});

describe('mlxconfig', () => {
  it.each([
    {
      why: 'MFT 4.18 heads its one column Current',
      esxi: '6.7' as const,
      line: `${MFT}/mlxconfig -d mt4119_pciconf0 q SRIOV_EN`,
      expected: ['Configurations:                                Current', '         SRIOV_EN                            False(0)        '],
    },
    {
      why: 'MFT 4.22 heads it Next Boot',
      esxi: '7.0u3' as const,
      line: `${MFT}/mlxconfig -d mt4119_pciconf0 q SRIOV_EN`,
      expected: ['Configurations:                              Next Boot', '         SRIOV_EN                            False(0)        '],
    },
    {
      why: 'three columns of 16',
      esxi: '7.0u3' as const,
      line: `${MFT}/mlxconfig -d mt4119_pciconf0 -e q SRIOV_EN`,
      expected: [
        'Configurations:                              Default         Current         Next Boot',
        '         SRIOV_EN                            False(0)        False(0)        False(0)        ',
      ],
    },
    {
      why: 'MFT 4.30 is wider and marks read-only parameters',
      esxi: '8.0u3' as const,
      line: `${MFT}/mlxconfig -d mt4119_pciconf0 -e q NUM_OF_PF`,
      expected: [
        'Configurations:                                     Default              Current              Next Boot',
        '*RO     NUM_OF_PF                                   2                    1                    1                    ',
      ],
    },
  ])('lays its table out as its release does: $why', async ({ esxi, line, expected }) => {
    const adapters = [{ model: connectX5En, parameters: { NUM_OF_PF: 1 } }];
    const { run, world } = shellOn({ host: { esxi, tools: 'withMft' }, adapters });
    world.mft.start();
    const lines = (await run(line)).stdout.split('\n');
    const at = lines.findIndex((text) => text.startsWith('Configurations:'));
    expect(lines.slice(at, at + 2)).toEqual(expected);
  });

  it('keeps one blank between columns that a value fills', async () => {
    const { run, world } = shellOn();
    world.mft.start();
    const wide = 'PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED(0)';
    expect((await run(`${MFT}/mlxconfig -d mt4119_pciconf0 -e q PCI_ATOMIC_MODE`)).stdout).toContain(`${wide} ${wide} ${wide} `);
  });

  it.each([
    {
      why: 'mst was not started',
      line: 'q',
      code: 3,
      last: "-E- No devices found, mst might be stopped. You may need to run 'mst start' to load MST modules. ",
    },
    { why: 'no such device', line: '-d mt1_pciconf0 q', code: 3, last: '-E- Failed to open the device' },
    { why: 'no command', line: '', code: 3, last: '-E- No command found. For more information please read the help message:' },
    {
      why: 'too many VFs',
      line: '-y -d DEV set NUM_OF_VFS=500',
      code: 3,
      last: "-E- Parameter NUM_OF_VFS' value is larger than maximum allowed 127",
    },
    {
      why: 'a parameter of other cards',
      line: '-y -d DEV set LINK_TYPE_P1=2',
      code: 3,
      last: "-E- The Device doesn't support LINK_TYPE_P1 parameter",
    },
    { why: 'nobody said yes', line: '-d DEV set SRIOV_EN=1', code: 2, last: '-E- Aborted by user.' },
    {
      why: 'the device is busy',
      line: '-y -d DEV set SRIOV_EN=1',
      code: 3,
      last: '-E- Failed to set parameters settings Register access failed, device is busy (259)',
    },
    { why: 'it worked', line: '-y -d DEV set SRIOV_EN=1', code: 0, last: '-I- Please reboot machine to load new configurations.' },
    {
      why: 'it worked, on a card that wants a power cycle',
      line: '-y -d DEV set SRIOV_EN=1',
      code: 0,
      last: '-I- Please power cycle machine to load new configurations.',
    },
  ])('ends as the real one: $why', async ({ why, line, code, last }) => {
    const adapters = [{ model: connectX5En, needsColdCycle: why.includes('power cycle') }];
    const { run, world } = shellOn({ adapters, misbehaviour: why.includes('busy') ? [{ kind: 'deviceBusy' }] : [] });
    if (!why.includes('mst')) {
      world.mft.start();
    }
    const result = await run(`${MFT}/mlxconfig ${line.replace('DEV', 'mt4119_pciconf0')}`);
    expect({ code: result.code, last: result.stdout.trimEnd().split('\n').at(-1) }).toEqual({ code, last: last.trimEnd() });
  });
});

describe('flint', () => {
  const files = new HostFiles();
  storeFirmware(files, '/vmfs/volumes/ds1/new.bin', { psid: connectX5En.psid, version: '16.35.4030' });
  storeFirmware(files, '/vmfs/volumes/ds1/same.bin', { psid: connectX5En.psid, version: connectX5En.firmwareVersion });
  storeFirmware(files, '/vmfs/volumes/ds1/old.bin', { psid: connectX5En.psid, version: '16.9.1000' });
  storeFirmware(files, '/vmfs/volumes/ds1/foreign.bin', { psid: 'MT_0000000008', version: '16.35.4030' });
  files.write('/vmfs/volumes/ds1/garbage.bin', new TextEncoder().encode('garbage'));

  it.each([
    { why: 'newer', line: '-y -d DEV -i /vmfs/volumes/ds1/new.bin b', code: 0, text: '-I- To load new FW, issue system-level reset.' },
    {
      why: 'the same again',
      line: '-y -d DEV -i /vmfs/volumes/ds1/same.bin b',
      code: 0,
      text: 'The new FW version is the same as the current',
    },
    {
      why: 'older, silently',
      line: '-y -d DEV -i /vmfs/volumes/ds1/old.bin b',
      code: 0,
      text: 'The new FW version is older than the current',
    },
    { why: 'older, without -y', line: '-d DEV -i /vmfs/volumes/ds1/old.bin b', code: 7, text: '-E- Aborted by user' },
    {
      why: 'of another PSID',
      line: '-y -d DEV -i /vmfs/volumes/ds1/foreign.bin b',
      code: 1,
      text: '-E- PSID mismatch. The PSID on flash (MT_0000000080) differs from the PSID in the given image (MT_0000000008).',
    },
    {
      why: 'not there',
      line: '-y -d DEV -i /nowhere.bin b',
      code: 1,
      text: '-E- Cannot open Image: /nowhere.bin. Can not open file "/nowhere.bin" - No such file or directory',
    },
    {
      why: 'no image',
      line: '-i /vmfs/volumes/ds1/garbage.bin q',
      code: 1,
      text: '-E- Failed to query image: /vmfs/volumes/ds1/garbage.bin. No valid image found',
    },
    {
      why: 'without a device',
      line: '-i /vmfs/volumes/ds1/new.bin b',
      code: 1,
      text: '-E- Command "burn" requires both image and device to be specified.',
    },
    {
      why: 'forced over its PSID',
      line: '-y -allow_psid_change -d DEV -i /vmfs/volumes/ds1/foreign.bin b',
      code: 1,
      text: 'Unknown argument',
    },
    { why: 'breaking off', line: '-y -d DEV -i /vmfs/volumes/ds1/new.bin b', code: 9, text: '-E- Burning FS4 image failed' },
  ])('burns an image: $why', async ({ why, line, code, text }) => {
    const { run, world } = shellOn({ files, misbehaviour: why === 'breaking off' ? [{ kind: 'burnFailsHalfWay' }] : [] });
    world.mft.start();
    const result = await run(`${MFT}/flint ${line.replace('DEV', 'mt4119_pciconf0')}`);
    expect(result.code).toBe(code);
    expect(result.stdout).toContain(text);
  });

  it('shows the running version only while it is another than the flashed one', async () => {
    const { run, world, reboot } = shellOn({ files });
    world.mft.start();
    await run(`${MFT}/flint -y -d mt4119_pciconf0 -i /vmfs/volumes/ds1/new.bin b`);
    expect((await run(`${MFT}/flint -d mt4119_pciconf0 q`)).stdout).toContain('FW Version(Running):   16.31.1014\n');
    reboot();
    world.mft.start();
    expect((await run(`${MFT}/flint -d 0000:65:00.0 q`)).stdout).not.toContain('Running');
  });
});

describe('mst', () => {
  it('numbers devices by kind in PCI order, whatever order the cards were named in', async () => {
    const adapters = [
      { model: connectX5En, pciAddress: '0000:af:00.0' },
      { model: connectX4Vpi, pciAddress: '0000:86:00.0' },
      { model: connectX5En, pciAddress: '0000:3b:00.0' },
    ];
    const { run, world } = shellOn({ adapters });
    expect(await run(`${MFT}/mst start`)).toMatchObject({ stdout: 'Module mst loaded successfully\n', code: 0 });
    expect(await run(`${MFT}/mst start`)).toMatchObject({ stdout: 'Module mst is already loaded\n', code: 0 });
    expect((await run(`${MFT}/mst status`)).stdout).toBe('MST devices:\n------------\nmt4119_pciconf0\nmt4115_pciconf0\nmt4119_pciconf1\n');
    expect(world.mft.device('mt4119_pciconf1.1')?.adapter.ports[1]?.address).toBe('0000:af:00.1');
  });

  it('has no tools at all until the VIB runs', async () => {
    const { run } = shellOn({ host: { tools: 'bare' } });
    expect(await run(`${MFT}/mst start`)).toEqual({ stdout: '', stderr: `sh: ${MFT}/mst: not found\n`, code: 127 });
  });
});
