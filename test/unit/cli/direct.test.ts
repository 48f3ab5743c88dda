/** A plan without a cluster: the operator's own look at a simulated host, with nothing written. */
import { describe, expect, it } from '@jest/globals';
import { planDirectly } from '../../../operator/cli/direct/directPlan.ts';
import { readOnlyHost } from '../../../operator/cli/direct/readOnly.ts';
import { findSecret, variableOf } from '../../../operator/cli/direct/secrets.ts';
import type { Manifest } from '../../../operator/cli/manifests.ts';
import { readCase } from '../../../operator/controllers/sriovHost/readCase.ts';
import { decisionOf } from '../../../operator/controllers/sriovHost/recordedCase.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { worldBmc } from '../../support/world/worldBmc.ts';
import { WorldHost } from '../../support/world/worldHost.ts';
import { host } from './objects.ts';

function world(): HostWorld {
  const clock = new ManualClock();
  return new HostWorld({
    id: 'host-1',
    name: 'esx-01',
    profile: hostProfile({ tools: 'withMft' }),
    adapters: [{ model: connectX5En }],
    clock,
  });
}

describe('a direct plan', () => {
  it('is that of the operator, and writes nothing', async () => {
    const target = world();
    target.mft.start();
    const shell = new WorldHost(target);
    const ports = {
      secrets: { secret: async () => ({ resourceVersion: '', data: { username: 'root', password: 'x' } }) },
      esxi: { open: async () => shell, forget: () => undefined, close: async () => undefined },
      bmc: { open: () => worldBmc(target), close: async () => undefined },
      vsphere: {
        open: () => {
          throw new PortError('VsphereUnreachable', 'no vSphere server answers');
        },
        close: async () => undefined,
      },
      attachments: [],
      now: () => new Date('2026-01-01T00:00:00Z'),
    };
    const { status: _, ...bare } = host();
    const { host: planned, looks, recorded } = await planDirectly(bare, ports, new AbortController().signal);
    expect(looks.map(({ at, ok }) => ({ at, ok }))).toEqual([
      { at: 'host', ok: true },
      { at: 'BMC', ok: true },
    ]);
    expect(planned.status?.plan?.steps.map(({ kind }) => kind)).toEqual([
      'EnterMaintenance',
      'SetFirmwareParameters',
      'SetDriverOptions',
      'ColdCycle',
    ]);
    expect(planned.status?.plan?.restarts).toBe(1);
    expect(recorded.decided.hash).toBe(planned.status?.plan?.hash);
    expect(decisionOf(readCase(JSON.stringify(recorded)))).toEqual(recorded.decided);
    expect(target.counters.reconfigurations).toBe(0);
    expect(target.counters.restarts).toEqual([]);
  });

  it('refuses every call that would change the host', () => {
    const guarded = readOnlyHost(new WorldHost(world()));
    const { signal } = new AbortController();
    expect(() => guarded.reboot('no', signal)).toThrow('reboot would change the host');
    expect(() => guarded.setModuleOptions('nmlx5_core', '', signal)).toThrow('only reads');
    expect(() => guarded.startMst(signal)).toThrow('only reads');
    expect(guarded.hostKeyFingerprint).toBe('SHA256:world');
  });
});

describe('credentials', () => {
  const secret = (more: object): Manifest => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'esx-01' }, ...more });
  it.each([
    { why: 'plain in the file', manifests: [secret({ stringData: { username: 'root' } })], env: {}, data: { username: 'root' } },
    { why: 'in base64', manifests: [secret({ data: { username: 'cm9vdA==' } })], env: {}, data: { username: 'root' } },
    { why: 'from the environment', manifests: [], env: { SRIOV_SECRET_ESX_01_PASSWORD: 'p' }, data: { password: 'p' } },
    {
      why: 'the environment counts before the file',
      manifests: [secret({ stringData: { password: 'old' } })],
      env: { SRIOV_SECRET_ESX_01_PASSWORD: 'new' },
      data: { password: 'new' },
    },
  ])('$why', ({ manifests, env, data }) => {
    expect(findSecret('esx-01', manifests, env)?.data).toEqual(data);
  });

  it('of another Secret do not count', () => {
    expect(findSecret('esx-02', [secret({ stringData: { username: 'root' } })], {})).toBeUndefined();
    expect(variableOf('esx-01.fleet', 'ssh-privatekey')).toBe('SRIOV_SECRET_ESX_01_FLEET_SSH_PRIVATEKEY');
  });
});
