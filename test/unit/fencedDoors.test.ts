/** A leader that was frozen and deposed: whatever it was about to send when it thaws stays unsent. */
import { describe, expect, it } from '@jest/globals';
import { type Doors, fencedDoors } from '../../operator/fencedDoors.ts';
import type { Bmc, BmcTarget } from '../../operator/ports/bmc.ts';
import { PortError } from '../../operator/ports/errors.ts';
import type { EsxiHost, EsxiTarget } from '../../operator/ports/esxiHost.ts';
import type { Guest, GuestCredentials } from '../../operator/ports/guest.ts';
import type { VSphere, VsphereTarget } from '../../operator/ports/vsphere.ts';
import { connectX5En } from '../simulator/profiles/adapterModels.ts';
import { byPath, makeImage, otherVersion } from '../support/world/firmwareImages.ts';
import { adapterSpec } from '../support/world/hostSpec.ts';
import { disturbedStage, specWith } from './sriovHost/disturbedStage.ts';

const signal = new AbortController().signal;

function doors() {
  const sent: string[] = [];
  const all = <T extends object>(parts: Partial<T> = {}): T =>
    new Proxy({ ...parts } as T, {
      get: (target, name) => {
        // Asked for by promises.
        if (name === 'then') return undefined;
        return Reflect.get(target, name) ?? (async () => void sent.push(String(name)));
      },
    });
  const esxi = all<EsxiHost>({ hostKeyFingerprint: 'SHA256:x' });
  const real: Doors = {
    esxi: { open: async () => esxi, forget: (key) => void sent.push(`forget ${key}`), close: async () => undefined },
    bmc: { open: () => all<Bmc>(), close: async () => undefined },
    vsphere: { open: () => all<VSphere>({ guest: () => all<Guest>() }), close: async () => undefined },
  };
  let lapsed = false;
  const fenced = fencedDoors(real, () => lapsed);
  return { sent, fenced, thaw: () => (lapsed = true) };
}

describe('the doors of a leader', () => {
  it('are open while it leads, and closed for what was opened before as for what is opened after', async () => {
    const { sent, fenced, thaw } = doors();
    const open = async () => {
      const host = await fenced.esxi.open({} as EsxiTarget, signal);
      const vsphere = fenced.vsphere.open({} as VsphereTarget);
      const guest = vsphere.guest('vm-1', {} as GuestCredentials);
      const bmc = fenced.bmc.open({} as BmcTarget);
      return [
        () => host.burnFirmware('d', '/i', signal),
        () => bmc.powerOn(signal),
        () => vsphere.hosts(signal),
        () => guest.processes(signal),
      ];
    };
    const before = await open();
    for (const send of before) await send();
    expect(sent).toEqual(['burnFirmware', 'powerOn', 'hosts', 'processes']);
    thaw();
    sent.length = 0;
    for (const send of before) await expect(async () => await send()).rejects.toMatchObject({ code: 'Aborted' });
    fenced.esxi.forget('lab/esx-01');
    expect(sent).toEqual(['forget lab/esx-01']);
    const host = await fenced.esxi.open({} as EsxiTarget, signal);
    expect(host.hostKeyFingerprint).toBe('SHA256:x');
    expect(() => fenced.vsphere.open({} as VsphereTarget).guest('vm-1', {} as GuestCredentials)).toThrow('the lease was lost');
  });

  it('end a step between two of its commands', async () => {
    let lapsed = false;
    const image = makeImage(connectX5En.psid, otherVersion(connectX5En.firmwareVersion, 1));
    const adapter = { ...adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }]), firmware: byPath(image) };
    const at = disturbedStage(specWith({}, { adapters: [adapter] }), {}, { lapsed: () => lapsed });
    at.world.files.write(image.path, image.bytes);
    let sums = 0;
    at.on('host', 'sha256', async (go) => {
      sums += 1;
      const sum = await go();
      // The second is the one right before the burn.
      lapsed = sums === 2;
      return sum;
    });
    const ended = await (async () => {
      for (;;) await at.step();
    })().catch((error: unknown) => error);
    expect(ended).toMatchObject({ code: 'Aborted' });
    expect([sums, at.calls.includes('burnFirmware'), at.world.counters.burns]).toEqual([2, false, 0]);
    expect(ended).toBeInstanceOf(PortError);
  });
});
