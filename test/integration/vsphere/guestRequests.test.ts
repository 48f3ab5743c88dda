/** Every request of the guest operations, compared with govmomi's own encoding of it. Recorded before the simulated vCenter: vcsim has no guests. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';
import { METHODS } from '../../../operator/vsphere/order.ts';
import { GUEST_PASSWORD, SimGuest } from '../../simulator/guest/simGuest.ts';
import { canonicalRequests, outline } from '../../support/vcsim/canonicalRequests.ts';
import { startProxy, type VsphereProxy } from '../../support/vcsim/startProxy.ts';
import { type SimulatedSite, startSite } from '../simulatorSoap/support/site.ts';

const NEVER = new AbortController().signal;
const GUEST_METHOD = /(In|From|To)Guest$/;

describe('requests of the guest operations on the wire', () => {
  let site: SimulatedSite;
  let proxy: VsphereProxy;

  beforeAll(async () => {
    site = await startSite();
    site.inventory.guests.add(site.vm, new SimGuest({ files: { '/etc/opensm.conf': 'lmc 0\n' } }));
    const { endpoint, username, password } = site.center;
    proxy = await startProxy({ server: endpoint.server, certificatePem: endpoint.certificate.certPem });
    const connector = createVsphereConnector();
    const tls = { caBundle: proxy.certificatePem, certificateFingerprint: undefined };
    const vsphere = connector.open({ server: proxy.server, username, password, tls });
    const guest = vsphere.guest(`vm-${site.vm.number}`, { username: 'root', password: GUEST_PASSWORD });
    await guest.run({ program: '/usr/bin/id', args: ['-u', "it's"], timeoutMs: 5_000 }, NEVER);
    await guest.processes(NEVER);
    await guest.readFile('/etc/opensm.conf', NEVER);
    await guest.writeFile('/etc/opensm.conf', { content: 'virt_enabled 2\n', permissions: 0o640 }, NEVER);
    proxy.meddle(({ method }) => (method === 'ListProcessesInGuest' ? { status: 503, body: '' } : 'forward'));
    // Nobody can see the end of the program, so it is ended.
    await guest.run({ program: '/usr/bin/id', args: [], timeoutMs: 5_000 }, NEVER).catch(() => undefined);
    await connector.close();
  }, 120_000);

  afterAll(async () => {
    await proxy?.stop();
    await site?.stop();
  });

  it('covers every method', () => {
    const sent = new Set(proxy.calls.map(({ method }) => method));
    expect(Object.keys(METHODS).filter((method) => GUEST_METHOD.test(method) && !sent.has(method))).toEqual([]);
  });

  it('has the elements, types and order of the schema', async () => {
    const bodies = proxy.calls.filter(({ method }) => GUEST_METHOD.test(method)).map(({ body }) => body);
    const canonical = await canonicalRequests(bodies);
    expect(canonical).toHaveLength(bodies.length);
    for (const [index, body] of bodies.entries()) {
      const content = /<\w+:Body>([\s\S]*)<\/\w+:Body>/.exec(body)?.[1] ?? '';
      expect(outline(content)).toEqual(outline(canonical[index] ?? ''));
    }
  });
});
