/** Firmware without what virtual functions need: no restart in vain, and newer firmware that is declared gets its chance. */
import { describe, expect, it } from '@jest/globals';
import type { AdapterSpec } from '../../../operator/api/types.ts';
import type { FirmwareConfig } from '../../../operator/ports/esxiHost.ts';
import { connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import type { AdapterModel } from '../../simulator/world/hostOptions.ts';
import { byPath, makeImage, otherVersion } from '../../support/world/firmwareImages.ts';
import { adapterSpec } from '../../support/world/hostSpec.ts';
import { type DisturbedStage, disturbedStage, specWith } from './disturbedStage.ts';

interface Case {
  readonly why: string;
  readonly model: AdapterModel;
  readonly port: AdapterSpec['ports'][number];
  readonly lacks: readonly string[];
  readonly parameters?: Readonly<Record<string, number>>;
}

const CASES: readonly Case[] = [
  { why: 'SR-IOV', model: connectX5En, port: { number: 1, vfs: 4 }, lacks: ['SRIOV_EN', 'NUM_OF_VFS'] },
  {
    why: 'the subclass override of an InfiniBand port',
    model: connectX6Vpi,
    port: { number: 1, vfs: 4, linkType: 'InfiniBand' },
    lacks: ['FORCE_ETH_PCI_SUBCLASS'],
    // The gate is open: whether the card has the override can be seen.
    parameters: { ADVANCED_PCI_SETTINGS: 1 },
  },
];

function stage({ model, port, lacks, parameters = {} }: Case, approval: 'Automatic' | 'Required', burns: boolean): DisturbedStage {
  const image = makeImage(model.psid, otherVersion(model.firmwareVersion, 1));
  const adapter = adapterSpec('a', '0000:3b:00.0', [port], burns ? { firmware: byPath(image) } : {});
  const at = disturbedStage(specWith({ approval }, { adapters: [adapter] }), { adapters: [{ model, parameters }] });
  at.world.files.write(image.path, image.bytes);
  at.on('host', 'firmwareConfig', async (go) => {
    const config = (await go()) as FirmwareConfig;
    if (at.world.adapters[0]?.running === image.version) return config;
    return { ...config, parameters: Object.fromEntries(Object.entries(config.parameters).filter(([name]) => !lacks.includes(name))) };
  });
  return at;
}

describe.each(CASES)('firmware without $why', (lacking) => {
  it('is said with its remedy, and no restart is spent on it', async () => {
    const at = stage(lacking, 'Automatic', false);
    for (let looks = 0; looks < 20; looks += 1) await at.step();
    expect(at.ready()).toMatchObject({ reason: 'ParameterUnsupported', message: expect.stringContaining(lacking.lacks.join(', ')) });
    expect([at.world.counters.restarts.length, at.world.maintenanceMode]).toEqual([0, false]);
    expect(at.host().status?.adapters?.[0]?.unsupportedParameters).toEqual([...lacking.lacks].sort());
  });

  it('is replaced by what is declared: one restart for the image, one for what it shows, under one approval', async () => {
    const at = stage(lacking, 'Required', true);
    await at.until(() => at.ready()?.reason === 'ApprovalRequired');
    expect(at.host().status?.plan?.restarts).toBe(2);
    at.annotate({ 'sriov.esxi.io/approve': at.host().status?.plan?.hash ?? '' });
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.burns, at.world.counters.restarts.length]).toEqual(['Succeeded', 1, 2]);
  });
});

describe('a query that printed only a part of the parameters', () => {
  const [SRIOV] = CASES;

  it.each(SRIOV === undefined ? [] : [SRIOV])('concludes nothing from what is not in it: $why', async (lacking) => {
    const at = stage(lacking, 'Automatic', false);
    const partly = async (go: () => Promise<unknown>): Promise<FirmwareConfig> => {
      const config = (await go()) as FirmwareConfig;
      const parameters = Object.fromEntries(Object.entries(config.parameters).filter(([name]) => !lacking.lacks.includes(name)));
      return { ...config, parameters, incomplete: 'Failed to query some of the TLVs' };
    };
    at.on('host', 'firmwareConfig', partly);
    for (let looks = 0; looks < 20; looks += 1) await at.step();
    expect(at.ready()).toMatchObject({ reason: 'CommandFailed', message: expect.stringContaining('some of the TLVs') });
    expect(at.host().status?.adapters?.[0]?.unsupportedParameters ?? []).toEqual([]);
    expect([at.world.counters.restarts.length, at.world.counters.reconfigurations, at.world.maintenanceMode]).toEqual([0, 0, false]);
    at.on('host', 'firmwareConfig', (go) => go());
    await at.until(() => at.ready()?.status === 'True');
    expect(at.ready()?.reason).toBe('Succeeded');
  });

  it('does not keep the host in maintenance mode where that begins after its restart', async () => {
    const at = disturbedStage(specWith());
    await at.until(() => at.last()?.state === 'Requested');
    at.on('host', 'firmwareConfig', async (go) => ({ ...((await go()) as FirmwareConfig), parameters: {}, incomplete: 'half' }));
    await at.until(() => !at.world.maintenanceMode && at.world.powerState === 'on', 200);
    expect([at.world.maintenanceMode, at.ready()?.reason]).toEqual([false, 'CommandFailed']);
  });
});
