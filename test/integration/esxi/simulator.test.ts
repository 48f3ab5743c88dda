/** Connector and tools against the simulated host of each release: one host brought from bare firmware to virtual functions. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEsxiConnector } from '../../../operator/esxi/connector.ts';
import { isPortError } from '../../../operator/ports/errors.ts';
import type { EsxiConnector, EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { standardDepot, storeFirmware } from '../../simulator/depot.ts';
import { type Fleet, type SimHost, startFleet } from '../../simulator/fleet.ts';
import { connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { keptLog, portErrorOf, soon, targetOf } from './support/connect.ts';

const RELEASES = [
  { release: '6.7', version: '6.7.0' },
  { release: '7.0u3', version: '7.0.3' },
  { release: '8.0u2', version: '8.0.2' },
  { release: '8.0u3', version: '8.0.3' },
] as const;

describe.each(RELEASES)('a simulated host with ESXi $release', ({ release, version }) => {
  let fleet: Fleet;
  let sim: SimHost;
  let esxi: EsxiConnector;
  let host: EsxiHost;
  let device = '';

  beforeAll(async () => {
    fleet = await startFleet();
    const files = standardDepot(release);
    storeFirmware(files, '/vmfs/volumes/ds1/fw.bin', { psid: connectX6Vpi.psid, version: '20.99.1000' });
    storeFirmware(files, '/vmfs/volumes/ds1/other.bin', { psid: 'MT_0000009999', version: '20.99.1000' });
    storeFirmware(files, '/vmfs/volumes/ds1/damaged.bin', { psid: connectX6Vpi.psid, version: '20.99.1000', damaged: true });
    const durations = { shutdown: 10, boot: 10, hostd: 10, burn: 10 };
    sim = await fleet.addHost({
      name: `esx-${release}`,
      profile: { esxi: release },
      files,
      adapters: [{ model: connectX6Vpi }],
      secureBoot: true,
      durations,
    });
    esxi = createEsxiConnector({ log: keptLog() });
    const { username, password, port, hostKeyFingerprint } = sim.ssh;
    const credentials = { username, password, privateKey: undefined };
    host = await esxi.open(targetOf(port, { credentials, hostKeyFingerprints: [hostKeyFingerprint], trustOnFirstUse: false }), soon());
  });
  afterAll(async () => {
    await esxi.close();
    await fleet.stop();
  });

  it('tells what it is', async () => {
    expect(await host.version(soon())).toEqual({ product: 'VMware ESXi', version, build: expect.stringMatching(/^Releasebuild-\d+$/) });
    expect((await host.pciFunctions(soon())).filter((pci) => pci.vendorId === 0x15b3).map((pci) => pci.deviceId)).toEqual([0x101b, 0x101b]);
    expect((await host.nics(soon())).map((nic) => nic.name)).toContain('vmnic0');
    expect((await host.moduleParameters('nmlx5_core', soon())).map((parameter) => parameter.name)).toContain('max_vfs');
    expect((await portErrorOf(host.startMst(soon()))).code).toBe('ToolMissing');
  });

  it('tells what speaks against VIBs, and what it wrote into its logs', async () => {
    expect(await host.secureBoot(soon())).toBe(true);
    const offered = await host.offeredVibs({ kind: 'depot', location: '/vmfs/volumes/ds1/mft.zip' }, soon());
    expect(offered.map(({ name, acceptanceLevel }) => `${name} ${acceptanceLevel}`)).toEqual([
      'nmst PartnerSupported',
      'mft PartnerSupported',
    ]);
    const missing = host.offeredVibs({ kind: 'vib', location: '/vmfs/volumes/ds1/none.vib' }, soon());
    expect((await portErrorOf(missing)).code).toBe('CommandFailed');
    sim.world.files.write('/var/log/vobd.log', new TextEncoder().encode('one\ntwo\n'));
    expect(await host.logTail('vobd', soon())).toEqual(['one', 'two']);
    expect((await portErrorOf(host.logTail('vmkernel', soon()))).code).toBe('CommandFailed');
  });

  it('takes VIBs for the next start', async () => {
    const before = await host.vibs(soon());
    expect(await host.stagedVibs(soon())).toEqual(before);
    for (const name of ['nmst', 'mft']) {
      const result = await host.installVib({ kind: 'vib', location: `/vmfs/volumes/ds1/${name}.vib` }, soon());
      expect(result).toEqual(expect.objectContaining({ rebootRequired: true, installed: [expect.stringContaining(`_${name}_`)] }));
    }
    expect(await host.vibs(soon())).toEqual(before);
    expect((await host.stagedVibs(soon())).map((vib) => vib.name)).toEqual(expect.arrayContaining(['nmst', 'mft']));
  });

  it('reboots in maintenance mode only, and comes back in it', async () => {
    expect((await portErrorOf(host.reboot('SR-IOV: activate VIBs', soon()))).code).toBe('CommandFailed');
    await restart();
    expect(await host.maintenanceMode(soon())).toBe(true);
  });

  it('shows its adapter to MFT', async () => {
    await host.startMst(soon());
    await host.startMst(soon());
    const devices = await host.mstDevices(soon());
    expect(devices.map((one) => one.name)).toEqual(['mt4123_pciconf0', 'mt4123_pciconf0.1']);
    device = devices[0]?.name ?? '';
    expect(await host.firmwareVersions(device, soon())).toEqual(
      expect.objectContaining({ psid: connectX6Vpi.psid, flashed: connectX6Vpi.firmwareVersion }),
    );
  });

  it('burns the image of its card, and no other', async () => {
    expect(await host.firmwareImage('/vmfs/volumes/ds1/fw.bin', soon())).toEqual({ psid: connectX6Vpi.psid, version: '20.99.1000' });
    const damaged = await portErrorOf(host.firmwareImage('/vmfs/volumes/ds1/damaged.bin', soon()));
    expect(damaged).toMatchObject({ code: 'CommandFailed', message: expect.stringMatching(/damaged\.bin is not verified.*wrong CRC/s) });
    const error = await portErrorOf(host.burnFirmware(device, '/vmfs/volumes/ds1/other.bin', soon()));
    expect(error.detail['psidMismatch']).toBe(true);
    await host.burnFirmware(device, '/vmfs/volumes/ds1/fw.bin', soon());
    expect(await host.firmwareVersions(device, soon())).toEqual(
      expect.objectContaining({ flashed: '20.99.1000', running: connectX6Vpi.firmwareVersion }),
    );
  });

  it('stores firmware parameters, FORCE_ETH_PCI_SUBCLASS only after ADVANCED_PCI_SETTINGS', async () => {
    const early = await portErrorOf(host.setFirmwareConfig(device, { FORCE_ETH_PCI_SUBCLASS: '1' }, soon()));
    expect(early.detail['unsupportedParameter']).toBe('FORCE_ETH_PCI_SUBCLASS');
    const large = await portErrorOf(host.setFirmwareConfig(device, { NUM_OF_VFS: '5000' }, soon()));
    expect(large.detail['maximum']).toBe(connectX6Vpi.maxVfs);
    expect(await host.setFirmwareConfig(device, { ADVANCED_PCI_SETTINGS: '1' }, soon())).toBe('Reboot');
    await host.setFirmwareConfig(device, { FORCE_ETH_PCI_SUBCLASS: '1', SRIOV_EN: '1', NUM_OF_VFS: '8' }, soon());
    const { parameters } = await host.firmwareConfig(device, soon());
    expect([parameters['NUM_OF_VFS']?.current?.number, parameters['NUM_OF_VFS']?.next.number]).toEqual([0, 8]);
  });

  it('makes virtual functions at the next start', async () => {
    await host.setModuleOptions('nmlx5_core', 'max_vfs=4,2', soon());
    expect(await host.sriovNics(soon())).toEqual([]);
    await host.saveConfiguration(soon());
    await restart();
    const nics = await host.sriovNics(soon());
    expect(nics).toHaveLength(2);
    const functions = await Promise.all(nics.map((nic) => host.virtualFunctions(nic, soon())));
    expect(functions.map((list) => list.length)).toEqual([4, 2]);
    const physical = (await host.nics(soon())).filter((nic) => nics.includes(nic.name)).map((nic) => nic.pciAddress.slice(0, 8));
    expect(functions.flat().map((vf) => vf.pciAddress.slice(0, 8))).toEqual(Array.from({ length: 6 }, () => physical[0]));
    await host.exitMaintenanceMode(soon());
  });

  it('takes a file whole', async () => {
    const path = "/vmfs/volumes/ds1/it's new.bin";
    await host.upload(
      (async function* () {
        yield Buffer.alloc(3_000_000, 7);
      })(),
      path,
      soon(),
    );
    expect([await host.fileExists(path, soon()), await host.fileExists(`${path}.part`, soon())]).toEqual([true, false]);
    await host.removeFile(path, soon());
    expect(await host.fileExists(path, soon())).toBe(false);
  });

  async function restart(): Promise<void> {
    await host.enterMaintenanceMode(10, soon());
    const before = sim.world.bootTime;
    await host.reboot('SR-IOV: test', soon());
    const end = Date.now() + 10_000;
    while (!(sim.world.bootTime > before && (await answers()))) {
      if (Date.now() > end) throw new Error('the host did not come back within 10 s');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async function answers(): Promise<boolean> {
    return host.uptimeMicroseconds(soon()).then(
      () => true,
      (error: unknown) => {
        if (isPortError(error)) return false;
        throw error;
      },
    );
  }
});
