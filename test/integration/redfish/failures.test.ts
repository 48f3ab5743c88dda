// What goes wrong with a BMC: each way has its code, says what to do, and tells no secret.
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createBmcConnector } from '../../../operator/redfish/connector.ts';
import { makeCertificate } from '../../support/tls/makeCertificate.ts';
import { closeBmcsAfterEach, openBmc, targetOf } from './support/openBmc.ts';

closeBmcsAfterEach();

const OTHER_FINGERPRINT = 'ab'.repeat(32);

describe('trust', () => {
  it.each([
    { why: 'a pinned fingerprint in lower case', spell: (digits: string) => digits },
    { why: 'the same as openssl prints it', spell: (digits: string) => (digits.toUpperCase().match(/../g) ?? []).join(':') },
  ])('is given by $why', async ({ spell }) => {
    const { bmc, signal } = await openBmc({
      target: (endpoint) => ({ tls: { caBundle: undefined, certificateFingerprint: spell(endpoint.certificateFingerprint ?? '') } }),
    });
    expect((await bmc.system(signal)).powerState).toBe('On');
  });

  it('is given by a CA bundle', async () => {
    const { bmc, signal } = await openBmc({
      target: (endpoint) => ({ tls: { caBundle: endpoint.caBundle, certificateFingerprint: undefined } }),
    });
    expect((await bmc.system(signal)).powerState).toBe('On');
  });

  it('needs no certificate where the URL says http', async () => {
    const { bmc, endpoint, signal } = await openBmc({ redfish: { tls: false } });
    expect(endpoint.systemUrl).toMatch(/^http:/);
    expect((await bmc.system(signal)).powerState).toBe('On');
  });

  it.each([
    { why: 'no trust given and a self-signed certificate', tls: { caBundle: undefined, certificateFingerprint: undefined } },
    { why: 'another certificate than the pinned one', tls: { caBundle: undefined, certificateFingerprint: OTHER_FINGERPRINT } },
  ])('is refused, and nothing is sent: $why', async ({ tls }) => {
    const { bmc, endpoint, signal } = await openBmc({ target: () => ({ tls }) });
    await expect(bmc.system(signal)).rejects.toMatchObject({ code: 'BmcCertificateUntrusted', terminal: true });
    expect(endpoint.requests).toEqual([]);
  });

  it('is refused for a certificate of another CA, and for a pin that fits while the CA does not', async () => {
    const other = await makeCertificate(['127.0.0.1'], 'other');
    for (const pinned of [false, true]) {
      const { bmc, endpoint, signal } = await openBmc({
        target: ({ certificateFingerprint }) => ({
          tls: { caBundle: other.certPem, certificateFingerprint: pinned ? certificateFingerprint : undefined },
        }),
      });
      await expect(bmc.system(signal)).rejects.toMatchObject({ code: 'BmcCertificateUntrusted' });
      expect(endpoint.requests).toEqual([]);
    }
  });
});

describe('credentials', () => {
  it('are sent once when they are wrong, and again once they change', async () => {
    const { endpoint, signal } = await openBmc();
    const connector = createBmcConnector();
    const wrong = { ...targetOf(endpoint), password: 'not-the-password' };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(connector.open(wrong).system(signal)).rejects.toMatchObject({ code: 'BmcCredentialsRejected' });
    }
    expect(endpoint.requests).toHaveLength(1);
    expect((await connector.open(targetOf(endpoint)).system(signal)).powerState).toBe('On');
    await connector.close();
  });

  it('are tried again after the hold: a BMC that restarts may reject good ones', async () => {
    const { bmc, endpoint, signal } = await openBmc({ rejectionHoldMs: 0 });
    endpoint.failNext(401);
    await expect(bmc.system(signal)).rejects.toMatchObject({ code: 'BmcCredentialsRejected' });
    expect((await bmc.system(signal)).powerState).toBe('On');
  });

  it('never appear in an error', async () => {
    const { endpoint, signal } = await openBmc();
    const connector = createBmcConnector();
    const secret = 'canary-7f3a';
    const targets = [
      { ...targetOf(endpoint), password: secret },
      { ...targetOf(endpoint), systemUrl: endpoint.systemUrl.replace('://', `://someone:${secret}@`) },
    ];
    for (const target of targets) {
      const error: unknown = await Promise.resolve()
        .then(() => connector.open(target).system(signal))
        .catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
      expect(String(error)).not.toContain(secret);
    }
    await connector.close();
  });
});

describe('addresses', () => {
  it.each([
    { why: 'no URL at all', systemUrl: () => 'bmc-01', text: 'no http or https URL' },
    { why: 'another scheme', systemUrl: () => 'ftp://bmc-01/redfish/v1/Systems/1', text: 'no http or https URL' },
    {
      why: 'the collection instead of its member',
      systemUrl: (url: string) => url.replace(/\/1$/, ''),
      text: 'its members are /redfish/v1/Systems/1',
    },
    { why: 'the BIOS instead of the system', systemUrl: (url: string) => `${url}/Bios`, text: 'no ComputerSystem' },
  ])('are refused for good: $why', async ({ systemUrl, text }) => {
    const { endpoint, signal } = await openBmc();
    const connector = createBmcConnector();
    const attempt = Promise.resolve().then(() =>
      connector.open({ ...targetOf(endpoint), systemUrl: systemUrl(endpoint.systemUrl) }).system(signal),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'BmcAddressInvalid', message: expect.stringContaining(text) });
    await connector.close();
  });
});

describe('a BMC that does not do its part', () => {
  it.each([
    { why: 'nothing listens there', status: undefined, code: 'BmcUnreachable' },
    { why: 'the account lacks a privilege', status: 403, code: 'BmcCredentialsRejected' },
    { why: 'no system is at the address', status: 404, code: 'BmcAddressInvalid' },
    { why: 'it is busy', status: 503, code: 'BmcRequestFailed' },
    { why: 'it is broken', status: 500, code: 'BmcRequestFailed' },
    { why: 'it redirects, which is not followed', status: 308, code: 'BmcRequestFailed' },
  ])('$why', async ({ status, code }) => {
    const { bmc, endpoint, signal } = await openBmc();
    if (status === undefined) {
      await endpoint.stop();
    } else {
      endpoint.failNext(status);
    }
    await expect(bmc.system(signal)).rejects.toMatchObject({ code });
  });

  it('is given up after the time limit when it never answers', async () => {
    const { bmc, signal } = await openBmc({ redfish: { delayMs: 60_000 }, requestTimeoutMs: 50 });
    await expect(bmc.system(signal)).rejects.toMatchObject({
      code: 'BmcUnreachable',
      message: expect.stringContaining('did not answer within 0.05 s'),
    });
  });

  it('is given up after the time limit when it accepts a connection but never speaks TLS', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { signal } = await openBmc();
    const connector = createBmcConnector({ requestTimeoutMs: 50 });
    const bmc = connector.open({
      key: 'default/silent',
      systemUrl: `https://127.0.0.1:${portOf(silent)}/redfish/v1/Systems/1`,
      username: 'u',
      password: 'p',
      tls: { caBundle: undefined, certificateFingerprint: OTHER_FINGERPRINT },
    });
    await expect(bmc.system(signal)).rejects.toMatchObject({ code: 'BmcUnreachable' });
    await connector.close();
    silent.close();
  });

  it('does not get the credentials sent elsewhere by a link', async () => {
    const { endpoint, signal } = await openBmc({ redfish: { tls: false } });
    const liar = createHttpServer((_request, response) => {
      response.end(JSON.stringify({ PowerState: 'On', Bios: { '@odata.id': `${endpoint.systemUrl}/Bios` } }));
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    const connector = createBmcConnector();
    const systemUrl = `http://127.0.0.1:${portOf(liar)}/redfish/v1/Systems/1`;
    const bmc = connector.open({ ...targetOf(endpoint), systemUrl });
    expect((await bmc.system(signal)).powerState).toBe('On');
    await expect(bmc.biosAttributes(signal)).rejects.toMatchObject({
      code: 'BmcRequestFailed',
      message: expect.stringContaining('another server'),
    });
    expect(endpoint.requests).toEqual([]);
    await connector.close();
    await new Promise((resolve) => liar.close(resolve));
  });

  it('is left alone at once when the caller aborts', async () => {
    const { bmc } = await openBmc({ redfish: { delayMs: 60_000 } });
    const controller = new AbortController();
    const call = bmc.system(controller.signal);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'Aborted' });
  });
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
