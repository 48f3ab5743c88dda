// How a simulated host goes wrong over SSH, and what the operator's client makes of it.
import { describe, expect, it } from '@jest/globals';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { createHostKey } from '../../simulator/ssh/hostKeys.ts';
import { encodePayload } from '../../simulator/world/payload.ts';
import { backUp, targetOf, testFleet } from './support/fleet.ts';

const addHost = await testFleet();
const signal = AbortSignal.timeout(60_000);
const IMAGE = encodePayload({ kind: 'firmware', psid: connectX5En.psid, version: '16.35.4030' });
const withMft = { profile: { tools: 'withMft' as const }, adapters: [{ model: connectX5En }] };

describe('connections', () => {
  it('break before a command took effect', async () => {
    const { sim, open } = await addHost({ misbehaviour: [{ kind: 'dropConnectionBefore', command: /esxcfg-module -s/, times: 1 }] });
    const shell = await open();
    await expect(shell.setModuleOptions('nmlx5_core', 'max_vfs=4', signal)).rejects.toMatchObject({ code: 'ConnectionLost' });
    expect(sim.world.modules.configured('nmlx5_core')).toBe('');
    await (await open()).setModuleOptions('nmlx5_core', 'max_vfs=4', signal);
    expect(sim.world.modules.configured('nmlx5_core')).toBe('max_vfs=4');
  });

  it('break in the middle of a burn, which goes on and tells its end', async () => {
    const durations = { burn: 400 };
    const misbehaviour = [{ kind: 'dropConnectionDuring', command: /flint .* b /, times: 1 }] as const;
    const { sim, open } = await addHost({ ...withMft, durations, misbehaviour });
    sim.world.files.write('/vmfs/volumes/ds1/fw.bin', IMAGE);
    const shell = await open();
    await shell.startMst(signal);
    await expect(shell.burnFirmware('mt4119_pciconf0', '/vmfs/volumes/ds1/fw.bin', signal)).rejects.toMatchObject({
      code: 'ConnectionLost',
    });
    const again = await open();
    expect(await again.unfinishedBurn(signal)).toMatchObject({ device: 'mt4119_pciconf0' });
    while ((await again.unfinishedBurn(signal)) !== undefined) signal.throwIfAborted();
    expect(await again.firmwareVersions('mt4119_pciconf0', signal)).toMatchObject({ flashed: '16.35.4030' });
    expect(sim.world.counters).toMatchObject({ burns: 1, overlappingMftCalls: 0 });
  });

  it('break after a command took effect', async () => {
    const { sim, open } = await addHost({ misbehaviour: [{ kind: 'dropConnectionAfter', command: /esxcfg-module -s/, times: 1 }] });
    const shell = await open();
    await expect(shell.setModuleOptions('nmlx5_core', 'max_vfs=4', signal)).rejects.toMatchObject({ code: 'ConnectionLost' });
    expect(sim.world.modules.configured('nmlx5_core')).toBe('max_vfs=4');
  });

  it('break with a reboot, which is no error, and are refused until the host is back', async () => {
    const host = await addHost({ maintenanceMode: true, durations: { boot: 300 } });
    const shell = await host.open();
    const down = new Promise<void>((resolve) => {
      const stop = host.sim.world.onChange(() => {
        stop();
        resolve();
      });
    });
    await shell.reboot('test', signal);
    await down;
    host.connector.forget(targetOf(host.sim).key);
    await expect(host.open()).rejects.toMatchObject({ code: 'HostUnreachable' });
    await backUp(host.sim);
    expect(await (await host.open()).maintenanceMode(signal)).toBe(true);
  });

  it('also break without an exit status, which for a reboot is no error either', async () => {
    const { sim, open } = await addHost({
      maintenanceMode: true,
      misbehaviour: [{ kind: 'dropConnectionAfter', command: /shutdown reboot/ }],
    });
    const shell = await open();
    const back = backUp(sim);
    await shell.reboot('test', signal);
    await back;
    expect(sim.world.counters.warmRestarts).toBe(1);
  });

  it('take one command at a time where the host allows one session', async () => {
    const { open } = await addHost({ ...withMft, misbehaviour: [{ kind: 'maxSessions1' }] });
    const shell = await open();
    const answers = await Promise.all([shell.version(signal), shell.maintenanceMode(signal), shell.vibs(signal)]);
    expect(answers[1]).toBe(false);
  });

  it('never run two MFT commands at once', async () => {
    const { sim, open } = await addHost({ ...withMft, misbehaviour: [{ kind: 'slow', milliseconds: 20 }] });
    const shell = await open();
    await shell.startMst(signal);
    await Promise.all([
      shell.firmwareConfig('mt4119_pciconf0', signal),
      shell.firmwareVersions('mt4119_pciconf0', signal),
      shell.mstDevices(signal),
    ]);
    expect(sim.world.counters.overlappingMftCalls).toBe(0);
  });
});

describe('log-in', () => {
  it('is tried once with a wrong password, so that no account is locked', async () => {
    const { sim, open } = await addHost();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const credentials = { username: 'root', password: 'wrong', privateKey: undefined };
      await expect(open({ credentials })).rejects.toMatchObject({ code: 'CredentialsRejected' });
    }
    expect(sim.world.accounts.locked).toBe(false);
    expect(sim.world.counters.loginFailures).toBe(1);
  });

  it.each([
    { why: 'the account is locked', misbehaviour: { kind: 'accountLocked' as const } },
    { why: 'the host is in lockdown mode', misbehaviour: { kind: 'lockdown' as const } },
  ])('is rejected when $why', async ({ misbehaviour }) => {
    const { open } = await addHost({ misbehaviour: [misbehaviour] });
    await expect(open()).rejects.toMatchObject({ code: 'CredentialsRejected' });
  });

  it('is not even tried at a host with another key', async () => {
    const { sim, open } = await addHost();
    await expect(open({ hostKeyFingerprints: [createHostKey().fingerprint] })).rejects.toMatchObject({ code: 'HostKeyMismatch' });
    expect(sim.world.counters.commands).toEqual([]);
  });

  it('shows the key that it pins on first use', async () => {
    const { sim, open } = await addHost();
    const shell = await open({ ...targetOf(sim), hostKeyFingerprints: [], trustOnFirstUse: true });
    expect(shell.hostKeyFingerprint).toBe(sim.ssh.hostKeyFingerprint);
  });
});

describe('a host that is not ready', () => {
  it('has no SSH after a boot that left the service stopped', async () => {
    const host = await addHost({
      misbehaviour: [{ kind: 'sshServiceNotStartedAfterReboot', times: 1 }],
      durations: { boot: 5, shutdown: 5 },
    });
    const up = new Promise<void>((resolve) => host.sim.world.onChange(() => (host.sim.world.up ? resolve() : undefined)));
    host.sim.world.reboot();
    await up;
    await expect(host.open()).rejects.toMatchObject({ code: 'HostUnreachable' });
    host.sim.world.startSshService();
    expect((await (await host.open()).version(signal)).product).toBe('VMware ESXi');
  });

  it('answers SSH before esxcli works', async () => {
    const host = await addHost({
      ...withMft,
      misbehaviour: [{ kind: 'hostdNotReady', milliseconds: 60_000, times: 1 }],
      durations: { boot: 5, shutdown: 5 },
    });
    const back = backUp(host.sim);
    host.sim.world.reboot();
    await back;
    const shell = await host.open();
    await expect(shell.version(signal)).rejects.toMatchObject({ code: 'CommandFailed', detail: { hostdNotReady: true } });
    await shell.startMst(signal);
  });
});

describe('tools', () => {
  it.each([
    { why: 'the device is busy', misbehaviour: { kind: 'deviceBusy' as const, times: 1 } },
    { why: 'the burn breaks off', misbehaviour: { kind: 'burnFailsHalfWay' as const, times: 1 } },
  ])('fail and work the next time: $why', async ({ misbehaviour }) => {
    const { sim, open } = await addHost({ ...withMft, misbehaviour: [misbehaviour] });
    sim.world.files.write('/vmfs/volumes/ds1/fw.bin', IMAGE);
    const shell = await open();
    await shell.startMst(signal);
    await expect(shell.burnFirmware('mt4119_pciconf0', '/vmfs/volumes/ds1/fw.bin', signal)).rejects.toMatchObject({
      code: 'CommandFailed',
    });
    await shell.burnFirmware('mt4119_pciconf0', '/vmfs/volumes/ds1/fw.bin', signal);
    expect((await shell.firmwareVersions('mt4119_pciconf0', signal)).flashed).toBe('16.35.4030');
  });

  it('name the error of a VIB that cannot be installed', async () => {
    const { open } = await addHost({ misbehaviour: [{ kind: 'vibInstallFails', error: 'LockingError', times: 1 }] });
    const shell = await open();
    await expect(shell.installVib({ kind: 'vib', location: '/vmfs/volumes/ds1/mft.vib' }, signal)).rejects.toMatchObject({
      detail: { errorClass: 'LockingError' },
    });
    await expect(shell.installVib({ kind: 'vib', location: '/vmfs/volumes/ds1/none.vib' }, signal)).rejects.toMatchObject({
      detail: { errorClass: 'VibDownloadError' },
    });
  });
});
