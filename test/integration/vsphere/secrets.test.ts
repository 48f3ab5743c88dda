// The password is in no error, in nothing that can be printed, and not in what the SOAP library keeps.
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HardenedClient } from '../../../operator/vsphere/hardenedClient.ts';
import { SoapTransport } from '../../../operator/vsphere/soapTransport.ts';
import { type Fixture, startFixture } from './fixture.ts';

const NEVER = new AbortController().signal;

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
}, 120_000);

afterEach(() => fixture.proxy.meddle(() => 'forward'));
afterAll(() => fixture?.stop());

describe('secrets', () => {
  const CANARY = 'canary-5f0c';

  it.each([
    { why: 'rejected', meddle: 'forward' as const },
    { why: 'met with a dropped connection', meddle: 'dropAfter' as const },
    { why: 'met with an answer that is not SOAP', meddle: { status: 200, body: 'x' } },
    { why: 'met with silence', meddle: 'hang' as const },
  ])('are in no error when the log-in is $why', async ({ meddle }) => {
    const vsphere = fixture.connector({ requestTimeoutMs: 300 }).open({ ...fixture.target, password: CANARY });
    fixture.proxy.meddle(({ method }) => (method === 'Login' ? meddle : 'forward'));
    const error: unknown = await vsphere.apiType(NEVER).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(CANARY);
  });

  it('are not kept by the SOAP library after the log-in', async () => {
    const { server, username, password, tls } = fixture.target;
    const transport = new SoapTransport(tls, 2_000);
    const loginLimits = () => ({ signal: AbortSignal.timeout(5_000), idempotent: true });
    const client = new HardenedClient({ server, username, password, soapAction: 'urn:vim25/6.5', transport, loginLimits });
    await client.login();
    const { client: soap, connectionInfo, _loginArgs } = client;
    expect(client.content.apiType).toBe('HostAgent');
    // The transport is left out: its sockets hold what was written.
    expect(inspect([{ ...soap, httpClient: undefined }, connectionInfo, _loginArgs], { depth: 3 })).not.toContain(password);
    expect(inspect({ lastRequest: soap?.lastRequest, lastMessage: soap?.lastMessage })).toBe(
      '{ lastRequest: undefined, lastMessage: undefined }',
    );
    transport.close();
  });

  it('are not shown by a connection', async () => {
    const connector = fixture.connector();
    const vsphere = connector.open({ ...fixture.target });
    await vsphere.apiType(NEVER);
    expect(inspect([connector, vsphere], { depth: 20, showHidden: true })).not.toContain(fixture.target.password);
  });
});
