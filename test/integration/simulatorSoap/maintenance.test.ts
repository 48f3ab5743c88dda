/** Maintenance mode through the vSphere API against the simulated fleet: evacuation, the time limit, and a task that never stays behind. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { VSphere, VsphereConnector } from '../../../operator/ports/vsphere.ts';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { type SimulatedSite, startSite } from './support/site.ts';

const NEVER = new AbortController().signal;

describe('maintenance mode', () => {
  let site: SimulatedSite;
  let other: HostWorld;
  let connector: VsphereConnector;
  let center: VSphere;
  let hostRef: string;

  beforeEach(async () => {
    site = await startSite();
    other = new HostWorld({ id: 'host-2', name: 'esx-02.example.com', profile: hostProfile({}) });
    site.inventory.addHost(other);
    other.attachVms(site.inventory);
    connector = createVsphereConnector({ requestTimeoutMs: 10_000, taskTimeoutMs: 10_000 });
    center = open('center');
    hostRef = (await center.hosts(NEVER)).find(({ name }) => name === site.host.name)?.moRef ?? '';
  });

  afterEach(async () => {
    await connector.close();
    await site.stop();
    other.stop();
  });

  function open(which: 'center' | 'host'): VSphere {
    const { endpoint } = which === 'center' ? site.center : site;
    const { username, password } = which === 'center' ? site.center : site.host;
    const tls = { caBundle: undefined, certificateFingerprint: endpoint.certificate.fingerprintSha256 };
    return connector.open({ server: endpoint.server, username, password, tls });
  }

  function formCluster(): void {
    for (const id of ['host-1', 'host-2']) site.inventory.joinCluster(id, 'prod');
  }

  it('moves the VMs of a fully automated cluster and enters, and leaves again; both twice without harm', async () => {
    formCluster();
    for (const wanted of [true, true, false, false]) {
      if (wanted) await center.enterMaintenanceMode(hostRef, 30, NEVER);
      else await center.exitMaintenanceMode(hostRef, NEVER);
      expect(site.host.maintenanceMode).toBe(wanted);
    }
    expect(site.vm).toMatchObject({ hostId: 'host-2', powerState: 'poweredOn' });
  });

  it('ends as timed out when a VM holds it up, and the host is not left half way', async () => {
    await expect(center.enterMaintenanceMode(hostRef, 1, NEVER)).rejects.toMatchObject({
      code: 'CommandTimedOut',
      detail: { ended: true },
    });
    expect({ entering: site.host.enteringMaintenanceMode, in: site.host.maintenanceMode }).toEqual({ entering: false, in: false });
  });

  it('cancels its task when the caller gives up', async () => {
    const stop = new AbortController();
    const entering = center.enterMaintenanceMode(hostRef, 60, stop.signal);
    const rejected = expect(entering).rejects.toMatchObject({ code: 'Aborted' });
    await new Promise<void>((resolve) => {
      const seen = setInterval(() => {
        if (!site.host.enteringMaintenanceMode) return;
        clearInterval(seen);
        resolve();
      }, 5);
    });
    stop.abort();
    await rejected;
    expect(site.inventory.tasks.ofMethod('EnterMaintenanceMode_Task').map(({ cancelled }) => cancelled)).toEqual([true]);
    expect(site.host.enteringMaintenanceMode).toBe(false);
  });

  it('tells what decides about evacuation: cluster, level, overrides, other hosts', async () => {
    expect(await center.evacuationFacts(hostRef, NEVER)).toEqual({ cluster: undefined, drs: 'Off', otherHosts: 0, levelOfVm: {} });
    formCluster();
    site.inventory.drs.setLevel('prod', 'PartiallyAutomated');
    site.inventory.drs.setLevelOfVm(site.vm, 'Manual');
    const [vm] = await center.vmsOfHost(hostRef, NEVER);
    const facts = { cluster: 'prod', drs: 'PartiallyAutomated', otherHosts: 1, levelOfVm: { [vm?.moRef ?? '']: 'Manual' } };
    expect(await center.evacuationFacts(hostRef, NEVER)).toEqual(facts);
    await other.enterMaintenanceMode(0);
    expect(await center.evacuationFacts(hostRef, NEVER)).toMatchObject({ otherHosts: 0 });
    site.inventory.drs.setLevel('prod', 'Off');
    expect(await center.evacuationFacts(hostRef, NEVER)).toMatchObject({ drs: 'Off', levelOfVm: {} });
  });

  it('moves nothing on a host of its own, which only waits until its VMs are off', async () => {
    const host = open('host');
    const entering = host.enterMaintenanceMode('ha-host', 30, NEVER);
    site.inventory.power.off(site.vm);
    await entering;
    expect(site.host.maintenanceMode).toBe(true);
  });
});
