// The whole way of a bare host to virtual functions, over SSH with the operator's own client, on each release.
import { describe, expect, it } from '@jest/globals';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { storeFirmware } from '../../simulator/depot.ts';
import { connectX4Lx, connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import type { ReleaseName } from '../../simulator/profiles/releases.ts';
import { HostFiles } from '../../simulator/world/hostFiles.ts';
import { backUp, type HostUnderTest, testFleet } from './support/fleet.ts';

const addHost = await testFleet();
const signal = AbortSignal.timeout(60_000);

async function restart(host: HostUnderTest, shell: EsxiHost): Promise<EsxiHost> {
  const back = backUp(host.sim);
  await shell.reboot('test', signal);
  await back;
  return await host.open();
}

describe('a bare Ethernet host', () => {
  const releases: readonly { readonly esxi: ReleaseName; readonly why: string }[] = [
    { esxi: '6.7', why: 'MFT 4.18: column Current, uplinks under RDMA' },
    { esxi: '7.0u3', why: 'MFT 4.22: 16 columns wide; VF addresses in decimal' },
    { esxi: '8.0u2', why: 'MFT 4.26; VIB results in another order' },
    { esxi: '8.0u3', why: 'MFT 4.30: 20 columns wide, read-only marks; VF addresses in hexadecimal' },
  ];
  it.each(releases)('gets its virtual functions in two restarts on $esxi ($why)', async ({ esxi }) => {
    const host = await addHost({ profile: { esxi }, adapters: [{ model: connectX5En, pciAddress: '0000:65:00.0' }] });
    let shell = await host.open();
    expect((await shell.version(signal)).version).toBe(host.sim.world.version);
    expect((await shell.vibs(signal)).map(({ name }) => name)).not.toContain('mft');
    for (const name of ['nmst', 'mft']) {
      const result = await shell.installVib({ kind: 'vib', location: `/vmfs/volumes/ds1/${name}.vib` }, signal);
      expect(result).toMatchObject({ rebootRequired: true, installed: [expect.stringContaining(`MEL_bootbank_${name}_`)] });
    }
    expect((await shell.stagedVibs(signal)).map(({ name }) => name)).toContain('mft');
    await shell.enterMaintenanceMode(60, signal);
    shell = await restart(host, shell);

    await shell.startMst(signal);
    const [device] = await shell.mstDevices(signal);
    expect(device).toMatchObject({ name: 'mt4119_pciconf0', pciAddress: '0000:65:00.0', vmnic: 'vmnic2' });
    expect(await shell.setFirmwareConfig('mt4119_pciconf0', { SRIOV_EN: '1', NUM_OF_VFS: '4' }, signal)).toBe('Reboot');
    const { parameters } = await shell.firmwareConfig('mt4119_pciconf0', signal);
    expect(parameters['NUM_OF_VFS']).toMatchObject({ default: { number: 0 }, current: { number: 0 }, next: { number: 4 } });
    expect(parameters['SRIOV_EN']).toMatchObject({ current: { label: 'False' }, next: { label: 'True' } });
    expect(parameters['LINK_TYPE_P1']).toBeUndefined();
    await shell.setModuleOptions('nmlx5_core', 'max_vfs=4,2', signal);
    expect(await shell.sriovNics(signal)).toEqual([]);
    shell = await restart(host, shell);

    expect(await shell.sriovNics(signal)).toEqual(['vmnic2', 'vmnic3']);
    expect((await shell.virtualFunctions('vmnic2', signal)).map(({ pciAddress }) => pciAddress)).toEqual([
      '0000:65:00.2',
      '0000:65:00.3',
      '0000:65:00.4',
      '0000:65:00.5',
    ]);
    expect(await shell.virtualFunctions('vmnic3', signal)).toHaveLength(2);
    await shell.exitMaintenanceMode(signal);
    expect(host.sim.world.counters).toMatchObject({ warmRestarts: 2, coldRestarts: 0, overlappingMftCalls: 0, loginFailures: 0 });
  });
});

describe('an InfiniBand port', () => {
  it('becomes a downed uplink with VFs by the PCI subclass override', async () => {
    const host = await addHost({
      profile: { esxi: '7.0u3', tools: 'withMft' },
      adapters: [{ model: connectX6Vpi }],
      maintenanceMode: true,
    });
    let shell = await host.open();
    expect((await shell.nics(signal)).filter(({ driver }) => driver === 'nmlx5_core')).toEqual([]);
    expect((await shell.pciFunctions(signal)).filter(({ deviceClass }) => deviceClass === 0x0207)).toHaveLength(2);
    await shell.startMst(signal);
    const [device] = await shell.mstDevices(signal);
    const name = device?.name ?? '';
    await expect(shell.setFirmwareConfig(name, { ADVANCED_PCI_SETTINGS: '1', FORCE_ETH_PCI_SUBCLASS: '1' }, signal)).rejects.toMatchObject({
      code: 'CommandFailed',
      detail: { unsupportedParameter: 'FORCE_ETH_PCI_SUBCLASS' },
    });
    await shell.setFirmwareConfig(name, { ADVANCED_PCI_SETTINGS: '1' }, signal);
    await shell.setFirmwareConfig(name, { FORCE_ETH_PCI_SUBCLASS: '1', SRIOV_EN: '1', NUM_OF_VFS: '2' }, signal);
    await shell.setModuleOptions('nmlx5_core', 'max_vfs=2,1', signal);
    shell = await restart(host, shell);
    const uplinks = (await shell.nics(signal)).filter(({ driver }) => driver === 'nmlx5_core');
    expect(uplinks.map(({ linkUp }) => linkUp)).toEqual([false, false]);
    expect(await shell.virtualFunctions(uplinks[0]?.name ?? '', signal)).toHaveLength(2);
  });
});

describe('firmware', () => {
  it('is compared, burned, and runs after a restart', async () => {
    const host = await addHost({ profile: { tools: 'withMft' }, adapters: [{ model: connectX4Lx }], maintenanceMode: true });
    const path = '/vmfs/volumes/ds1/fw.bin';
    const stored = storeFirmware(host.sim.world.files, path, { psid: connectX4Lx.psid, version: '14.32.1010', padding: 100_000 });
    let shell = await host.open();
    await shell.startMst(signal);
    expect(await shell.sha256(path, signal)).toBe(stored.sha256);
    expect(await shell.firmwareImage(path, signal)).toEqual({ version: '14.32.1010', psid: connectX4Lx.psid });
    expect(await shell.firmwareVersions('mt4117_pciconf0', signal)).toMatchObject({
      flashed: '14.31.1014',
      running: '14.31.1014',
      psid: connectX4Lx.psid,
    });
    await shell.burnFirmware('mt4117_pciconf0', path, signal);
    expect(await shell.firmwareVersions('mt4117_pciconf0', signal)).toMatchObject({ flashed: '14.32.1010', running: '14.31.1014' });
    shell = await restart(host, shell);
    await shell.startMst(signal);
    expect(await shell.firmwareVersions('mt4117_pciconf0', signal)).toMatchObject({ flashed: '14.32.1010', running: '14.32.1010' });
  });

  it('arrives whole by upload', async () => {
    const host = await addHost({ profile: { tools: 'withMft' } });
    const { bytes } = storeFirmware(new HostFiles(), '/x', { psid: 'MT_1', version: '16.1.1', padding: 3_000_000 });
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += 65_536) {
        yield bytes.subarray(at, at + 65_536);
      }
    }
    const shell = await host.open();
    await shell.upload(chunks(), '/vmfs/volumes/ds1/up load.bin', signal);
    expect(host.sim.world.files.read('/vmfs/volumes/ds1/up load.bin')).toHaveLength(bytes.length);
    expect(await shell.firmwareImage('/vmfs/volumes/ds1/up load.bin', signal)).toEqual({ version: '16.1.1', psid: 'MT_1' });
  });
});
