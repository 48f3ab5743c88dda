// vcsim behind the meddling proxy, and a connector to it: what the tests of single behaviours start from.
import type { VSphere, VsphereConnector, VsphereTarget } from '../../../operator/ports/vsphere.ts';
import { createVsphereConnector, type VsphereConnectorOptions } from '../../../operator/vsphere/connector.ts';
import { startProxy, type VsphereProxy } from '../../support/vcsim/startProxy.ts';
import { startVcsim, type VcsimOptions } from '../../support/vcsim/startVcsim.ts';

export interface Fixture {
  readonly proxy: VsphereProxy;
  readonly target: VsphereTarget;
  /** A connector of the test's own, with short limits. Closed with the fixture. */
  connector(options?: VsphereConnectorOptions): VsphereConnector;
  open(options?: VsphereConnectorOptions): VSphere;
  stop(): Promise<void>;
}

export async function startFixture(options: VcsimOptions = { mode: 'esx' }): Promise<Fixture> {
  const vcsim = await startVcsim(options);
  const proxy = await startProxy(vcsim);
  const connectors: VsphereConnector[] = [];
  const tls = { caBundle: proxy.certificatePem, certificateFingerprint: undefined };
  const target = { server: proxy.server, username: vcsim.username, password: vcsim.password, tls };
  const connector = (own: VsphereConnectorOptions = {}) => {
    const created = createVsphereConnector({ requestTimeoutMs: 5_000, connectTimeoutMs: 2_000, ...own });
    connectors.push(created);
    return created;
  };
  return {
    proxy,
    target,
    connector,
    open: (own) => connector(own).open(target),
    stop: async () => {
      proxy.meddle(() => 'forward');
      await Promise.all(connectors.map((created) => created.close()));
      await proxy.stop();
      await vcsim.stop();
    },
  };
}

/** A SOAP fault as vCenter sends it, with HTTP status 500. */
export function soapFault(type: string, text = '', fields = ''): { readonly status: number; readonly body: string } {
  const detail = `<${type}Fault xmlns="urn:vim25" xsi:type="${type}">${fields}</${type}Fault>`;
  const fault = `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${text}</faultstring><detail>${detail}</detail></soapenv:Fault>`;
  const names = 'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  return { status: 500, body: `<soapenv:Envelope ${names}><soapenv:Body>${fault}</soapenv:Body></soapenv:Envelope>` };
}
