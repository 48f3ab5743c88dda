// Our Redfish client against a server that is not ours: sushy-tools' emulator.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bmc, BmcPowerState } from '../../../operator/ports/bmc.ts';
import { createBmcConnector } from '../../../operator/redfish/connector.ts';
import { type SushyEmulator, startSushyEmulator } from './support/sushyEmulator.ts';
import { provideSushyTools } from './support/sushyTools.ts';

const tools = await provideSushyTools();
const there = 'bin' in tools;
/** The fake driver lets a reset take between one and eleven seconds. */
const RESET_TIMEOUT_MS = 20_000;

(there ? describe : describe.skip)(`sushy-emulator${there ? '' : ` (skipped: ${tools.missing})`}`, () => {
  const signal = new AbortController().signal;
  const connector = createBmcConnector();
  let emulator: SushyEmulator;
  let bmc: Bmc;

  const open = (password: string) => {
    const { systemUrl, username, caBundle } = emulator;
    return connector.open({ key: 'default/sushy', systemUrl, username, password, tls: { caBundle, certificateFingerprint: undefined } });
  };

  const becomes = async (wanted: BmcPowerState) => {
    const deadline = AbortSignal.timeout(RESET_TIMEOUT_MS);
    while ((await bmc.system(signal)).powerState !== wanted && !deadline.aborted) {
      await sleep(100);
    }
    return (await bmc.system(signal)).powerState;
  };

  beforeAll(async () => {
    if (there) {
      emulator = await startSushyEmulator(tools.bin);
      bmc = open(emulator.password);
    }
  }, 60_000);

  afterAll(async () => {
    await connector.close();
    await emulator?.stop();
  });

  it('shows its system', async () => {
    expect(await bmc.system(signal)).toMatchObject({
      powerState: 'Off',
      manufacturer: 'Sushy Emulator',
      resetTypes: expect.arrayContaining(['On', 'ForceOff']),
    });
  });

  it('has no BIOS with this driver, which is unknown and no error', async () => {
    expect(await bmc.biosAttributes(signal)).toBeUndefined();
    expect(await bmc.pendingBiosAttributes(signal)).toBeUndefined();
  });

  it(
    'is powered on, and off again',
    async () => {
      await bmc.powerOn(signal);
      expect(await becomes('On')).toBe('On');
      await bmc.powerOn(signal);
      await bmc.forceOff(signal);
      expect(await becomes('Off')).toBe('Off');
    },
    3 * RESET_TIMEOUT_MS,
  );

  it('rejects a wrong password as rejected credentials', async () => {
    await expect(open('wrong').system(signal)).rejects.toMatchObject({ code: 'BmcCredentialsRejected' });
  });
});
