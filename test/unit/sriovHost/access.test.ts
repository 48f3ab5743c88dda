/** Why a host lets nobody in: what its vCenter knows is told apart from a wrong password and from a broken network. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost, SriovHostSpec } from '../../../operator/api/types.ts';
import { known, unknown } from '../../../operator/controllers/fact.ts';
import { readMemory } from '../../../operator/controllers/sriovHost/memory.ts';
import { explainAccess } from '../../../operator/controllers/sriovHost/observe/access.ts';
import type { HostManagement, VSphere } from '../../../operator/ports/vsphere.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { Inventory } from '../../simulator/world/inventory.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject, look, makeController } from '../../support/world/runHost.ts';
import { worldVsphere } from '../../support/world/worldVsphere.ts';

const KEY = 'lab/esx-01';
const FINE: HostManagement = { connectionState: 'connected', imageManaged: false, lockdown: 'Disabled', sshRunning: true };
const VCENTER = { server: 'vcenter.example.com', credentialsSecretRef: { name: 'vcenter' } };
const { bmc: _, ...BASE } = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }])] });
const SPEC: SriovHostSpec = { ...BASE, vsphere: VCENTER };

function stage(spec: SriovHostSpec, told: Partial<HostManagement>) {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({ id: 'h', name: '127.0.0.1', clock, profile, adapters: [{ model: connectX5En }] });
  const inventory = new Inventory({ clock });
  inventory.addHost(world, { cluster: 'prod' });
  const cluster = new FakeCluster();
  for (const name of ['host', 'vcenter'])
    cluster.secrets.set(`lab/${name}`, { resourceVersion: '1', data: { username: 'u', password: 'p' } });
  cluster.put('SriovHost', hostObject(spec));
  let facts = { ...FINE, ...told };
  let asked = 0;
  const direct = worldVsphere({ inventory, world });
  // A vCenter answers also while the host does not.
  const vsphere = {
    ...direct,
    hosts: async () => [
      { moRef: 'host', name: '127.0.0.1', ipAddresses: [], connectionState: 'connected', inMaintenanceMode: false, physicalFunctions: [] },
    ],
    hostManagement: async () => {
      asked += 1;
      return facts;
    },
  };
  const controller = makeController(world, clock, cluster, { vsphere });
  const condition = (type: string) => findCondition((cluster.hosts.get(KEY) as SriovHost).status?.conditions, type);
  return {
    clock,
    world,
    controller,
    condition,
    asked: () => asked,
    tell: (more: Partial<HostManagement>) => (facts = { ...facts, ...more }),
  };
}

describe('a host that cannot be reached by SSH', () => {
  it.each([
    { why: 'its service is stopped', spec: SPEC, told: { sshRunning: false }, reason: 'SshServiceStopped' },
    { why: 'its service runs', spec: SPEC, told: {}, reason: 'HostUnreachable' },
    { why: 'vCenter does not know', spec: SPEC, told: { sshRunning: undefined }, reason: 'HostUnreachable' },
    {
      why: 'vCenter has lost the host too: what it says is old',
      spec: SPEC,
      told: { sshRunning: false, connectionState: 'notResponding' },
      reason: 'HostUnreachable',
    },
    { why: 'no vCenter is declared', spec: BASE as SriovHostSpec, told: { sshRunning: false }, reason: 'HostUnreachable' },
    {
      why: 'spec.vsphere has the same credentials: they are not tried elsewhere',
      spec: { ...SPEC, vsphere: { ...VCENTER, credentialsSecretRef: { name: 'host' } } },
      told: { sshRunning: false },
      reason: 'HostUnreachable',
    },
  ])('says so: $why', async ({ spec, told, reason }) => {
    const at = stage(spec, told);
    at.world.misbehave({ kind: 'sshServiceNotStartedAfterReboot' });
    at.world.forceRestart();
    at.clock.advance(60_000);
    await look(at.controller);
    expect([at.condition('Ready')?.reason, at.condition('Reachable')?.reason]).toEqual([reason, reason]);
    if (reason === 'SshServiceStopped') expect(at.condition('Ready')?.message).toMatch(/TSM-SSH.*start and stop with the host/);
  });

  it('after our own restart, because its SSH service did not start again: said while the restart waits, and it goes on by itself', async () => {
    const at = stage(SPEC, {});
    at.world.misbehave({ kind: 'sshServiceNotStartedAfterReboot', times: 1 });
    at.tell({ sshRunning: false });
    for (let looks = 0; looks < 60 && at.condition('Ready')?.reason !== 'SshServiceStopped'; looks += 1)
      at.clock.advance(await look(at.controller));
    expect(at.condition('Ready')?.reason).toBe('SshServiceStopped');
    expect(at.condition('Stalled')?.status).toBe('False');
    at.world.startSshService();
    for (let looks = 0; looks < 60 && at.condition('Ready')?.status !== 'True'; looks += 1) at.clock.advance(await look(at.controller));
    expect([at.condition('Ready')?.reason, at.world.counters.restarts.length, at.world.maintenanceMode]).toEqual(['Succeeded', 1, false]);
  });

  it('while a restart is just under way is not asked about', async () => {
    const at = stage(SPEC, {});
    for (let looks = 0; looks < 60 && at.condition('Ready')?.reason !== 'Restarting'; looks += 1) await look(at.controller);
    at.clock.advance(1_000);
    await look(at.controller);
    expect(at.asked()).toBe(0);
  });
});

describe('a host that refuses the credentials', () => {
  const explain = async (told: Partial<HostManagement>, before?: string) => {
    const conditions =
      before === undefined ? [] : [{ type: 'Reachable', status: 'False', reason: before, message: '', lastTransitionTime: '' }];
    const host = { ...hostObject(SPEC), status: { conditions } } as SriovHost;
    const vsphere = { hostManagement: async () => ({ ...FINE, ...told }) } as unknown as VSphere;
    const shut = { host, memory: readMemory(host, false), vsphere: async () => known({ vsphere, hostMoRef: 'host' }), now: new Date() };
    const access = await explainAccess(unknown('CredentialsRejected', 'rejected'), shut, new AbortController().signal);
    return { unlocked: access.unlocked, because: access.shell.known ? undefined : access.shell.because };
  };

  it.each([
    { why: 'normal lockdown mode', told: { lockdown: 'Normal' as const }, reason: 'LockdownMode' },
    { why: 'strict lockdown mode', told: { lockdown: 'Strict' as const }, reason: 'LockdownMode' },
    { why: 'no lockdown mode', told: {}, reason: 'CredentialsRejected' },
    { why: 'a vCenter that does not tell', told: { lockdown: undefined }, reason: 'CredentialsRejected' },
  ])('in $why: $reason', async ({ told, reason }) => {
    const { because, unlocked } = await explain(told);
    expect({ reason: because?.reason, unlocked }).toEqual({ reason, unlocked: false });
    if (reason === 'LockdownMode') expect(because?.message).toMatch(/add the user of Secret host to them.*sriov\.esxi\.io\/retry/);
  });

  it('is asked once more, once, when lockdown mode was the reason and is over', async () => {
    expect((await explain({}, 'LockdownMode')).unlocked).toBe(true);
    expect((await explain({ lockdown: undefined }, 'LockdownMode')).unlocked).toBe(false);
    expect((await explain({}, 'CredentialsRejected')).unlocked).toBe(false);
  });
});
