// Every request that operator/vsphere sends, compared with govmomi's own encoding of it: vcsim accepts any order, vCenter does not.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';
import { METHODS } from '../../../operator/vsphere/order.ts';
import { canonicalRequests, outline } from '../../support/vcsim/canonicalRequests.ts';
import { startProxy, type VsphereProxy } from '../../support/vcsim/startProxy.ts';
import { startVcsim, type Vcsim } from '../../support/vcsim/startVcsim.ts';

const NEVER = new AbortController().signal;

describe('requests on the wire', () => {
  let vcsim: Vcsim;
  let proxy: VsphereProxy;

  beforeAll(async () => {
    vcsim = await startVcsim({ mode: 'vpx', physicalFunction: '0000:3b:00.0' });
    proxy = await startProxy(vcsim);
    const connector = createVsphereConnector();
    const tls = { caBundle: proxy.certificatePem, certificateFingerprint: undefined };
    const vsphere = connector.open({ server: proxy.server, username: vcsim.username, password: vcsim.password, tls });
    const [found] = await vsphere.findVms({ inventoryPath: '/DC0/vm/DC0_H0_VM0' }, NEVER);
    const { moRef, instanceUuid, hostMoRef = '' } = found ?? { moRef: '', instanceUuid: '' };
    await vsphere.findVms({ instanceUuid }, NEVER);
    await vsphere.vmsOfHost(hostMoRef, NEVER);
    const host = (await vsphere.hosts(NEVER)).find((candidate) => candidate.moRef === hostMoRef);
    const systemId = await vsphere.systemId(moRef, hostMoRef, NEVER);
    const privileges = ['VirtualMachine.Config.AddRemoveDevice', 'VirtualMachine.Interact.PowerOn'] as const;
    await vsphere.missingPrivileges([{ kind: 'VirtualMachine', moRef, privileges }], NEVER);
    await vsphere.powerOff(moRef, NEVER);
    for (const { backing } of await vsphere.networksOfHost(hostMoRef, NEVER)) {
      const { changeVersion, sriovCards } = await vsphere.vm(moRef, NEVER);
      const addSriovCards = (host?.physicalFunctions ?? []).flatMap((physicalFunction) => [
        { physicalFunction, systemId, network: backing, macAddress: '00:50:56:3f:00:01', allowGuestMtuChange: false },
        { physicalFunction, systemId, network: backing, macAddress: undefined, allowGuestMtuChange: undefined },
      ]);
      const removeDeviceKeys = sriovCards.map(({ key }) => key);
      await vsphere.reconfigure(
        moRef,
        { changeVersion, addSriovCards, removeDeviceKeys, lockMemory: true, memoryReservationMB: 16 },
        NEVER,
      );
    }
    await vsphere.remembered?.hosts(NEVER);
    const clusterHost = (await vsphere.hosts(NEVER)).find(({ name }) => name.startsWith('DC0_C0'))?.moRef ?? '';
    await vsphere.relocate(moRef, clusterHost, NEVER);
    for (const level of ['Manual', 'Off', undefined] as const) await vsphere.setDrsLevel(moRef, { hostMoRef: clusterHost, level }, NEVER);
    await vsphere.relocate(moRef, hostMoRef, NEVER);
    await vsphere.powerOn(moRef, NEVER);
    await vsphere.shutdownGuest(moRef, NEVER);
    await vsphere.enterMaintenanceMode(hostMoRef, 30, NEVER);
    await vsphere.exitMaintenanceMode(hostMoRef, NEVER);
    await connector.close();
  }, 120_000);

  afterAll(async () => {
    await proxy?.stop();
    await vcsim?.stop();
  });

  it('covers every method that the operator knows, but for the paging of long answers and tasks that need no cancelling', () => {
    const sent = new Set(proxy.calls.map(({ method }) => method));
    // Those of the guest operations: guestRequests.test.ts.
    const own = Object.keys(METHODS).filter((method) => !/(In|From|To)Guest$/.test(method));
    expect(own.filter((method) => !sent.has(method))).toEqual(['ContinueRetrievePropertiesEx', 'CancelTask']);
  });

  it('has the elements, types and order of the schema', async () => {
    const bodies = proxy.calls.map(({ body }) => body).filter((body) => body !== '');
    const canonical = await canonicalRequests(bodies);
    expect(canonical).toHaveLength(bodies.length);
    for (const [index, body] of bodies.entries()) {
      const content = /<\w+:Body>([\s\S]*)<\/\w+:Body>/.exec(body)?.[1] ?? '';
      expect(outline(content)).toEqual(outline(canonical[index] ?? ''));
    }
  });

  it('names a release of the API that the server offers in every SOAPAction', () => {
    const actions = new Set(proxy.calls.filter(({ body }) => body !== '').map(({ soapAction }) => soapAction));
    expect([...actions]).toEqual(['"urn:vim25/6.5"']);
  });
});
