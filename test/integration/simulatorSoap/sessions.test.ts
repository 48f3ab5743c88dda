/** Log-in, cookies, expiry and lock of the simulated endpoints. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, retrieve } from './support/bodies.ts';
import { findNode, RawClient } from './support/rawClient.ts';
import { type SimulatedSite, startSite } from './support/site.ts';

const SERVICE_INSTANCE = { type: 'ServiceInstance', value: 'ServiceInstance' };
const CURRENT_TIME = call('CurrentTime', SERVICE_INSTANCE);

describe('a session', () => {
  let site: SimulatedSite;

  beforeAll(async () => {
    site = await startSite();
  });

  afterAll(() => site.stop());

  const loggedIn = async () => {
    const client = new RawClient(site.endpoint);
    await client.login(site.host.username, site.host.password);
    return client;
  };

  it('is needed for everything but the way in', async () => {
    const answer = await new RawClient(site.endpoint).send(CURRENT_TIME);
    expect(answer).toMatchObject({ status: 500, fault: 'NotAuthenticated' });
    expect(findNode(answer.content, 'privilegeId')?.text).toBe('System.View');
  });

  it('hangs on a quoted cookie that must come back byte for byte', async () => {
    const client = await loggedIn();
    expect(client.cookie).toMatch(/^vmware_soap_session="[0-9a-f]+"$/);
    expect((await client.send(CURRENT_TIME)).status).toBe(200);
    client.cookie = client.cookie?.replaceAll('"', '');
    expect((await client.send(CURRENT_TIME)).fault).toBe('NotAuthenticated');
  });

  it('is not known by its key', async () => {
    const client = await loggedIn();
    const manager = client.naming.service('sessionManager');
    const answer = await client.send(retrieve(client.naming.service('propertyCollector'), manager, ['currentSession']));
    expect(findNode(answer.content, 'userName')?.text).toBe(site.host.username);
    expect(client.cookie).not.toContain(findNode(answer.content, 'key')?.text ?? 'no key');
  });

  it.each([
    { why: 'log-out', end: async (client: RawClient) => void (await client.send(call('Logout', client.naming.service('sessionManager')))) },
    { why: 'expiry', end: async () => site.endpoint.service.sessions.expireAll() },
  ])('is over after $why', async ({ end }) => {
    const client = await loggedIn();
    await end(client);
    expect((await client.send(CURRENT_TIME)).fault).toBe('NotAuthenticated');
  });

  it('cannot be opened twice on one cookie', async () => {
    const client = await loggedIn();
    expect((await client.login(site.host.username, site.host.password)).fault).toBe('InvalidLogin');
  });

  it('has objects of its own', async () => {
    const [one, other] = [await loggedIn(), await loggedIn()];
    const created = await one.send(call('CreatePropertyCollector', one.naming.service('propertyCollector')));
    const own = { type: 'PropertyCollector', value: findNode(created.content, 'returnval')?.text ?? '' };
    expect((await one.send(call('DestroyPropertyCollector', own))).status).toBe(200);
    expect((await other.send(call('DestroyPropertyCollector', own))).fault).toBe('ManagedObjectNotFound');
  });
});

describe('an account', () => {
  it.each([
    { why: "of the host's own API", wrong: 5 },
    { why: 'of a vCenter', wrong: 5 },
  ])('$why is locked after $wrong wrong passwords, and then the right one does not help', async ({ why, wrong }) => {
    const site = await startSite();
    try {
      const center = why === 'of a vCenter';
      const { username, password } = center ? site.center : site.host;
      const client = new RawClient(center ? site.center.endpoint : site.endpoint);
      expect((await client.login(username, 'wrong')).fault).toBe('InvalidLogin');
      expect((await client.login(username, password)).status).toBe(200);
      client.cookie = undefined;
      for (let count = 0; count < wrong; count++) {
        await client.login(username, 'wrong');
      }
      const refused = await client.login(username, password);
      expect(refused).toMatchObject({ status: 500, fault: 'InvalidLogin' });
      expect(refused.body).toContain('Cannot complete login due to an incorrect user name or password.');
    } finally {
      await site.stop();
    }
  });
});

describe('the service', () => {
  it.each([
    { release: '7.0u3' as const, newest: '7.0.3.0' },
    { release: '6.7' as const, newest: '6.7' },
    { release: '8.0u2' as const, newest: '8.0.2.0' },
  ])('of ESXi $release offers API $newest and lists it', async ({ release, newest }) => {
    const site = await startSite({}, { esxi: release });
    try {
      const { status, body } = await new RawClient(site.endpoint).get('/sdk/vimServiceVersions.xml');
      expect(status).toBe(200);
      expect(body).toContain(`<name>urn:vim25</name><version>${newest}</version><priorVersions>`);
    } finally {
      await site.stop();
    }
  });

  it.each([
    { path: '/sdk', status: 405 },
    { path: '/mob', status: 404 },
    { path: '/sdk/vim25/8.0.1.0/ServiceInstance/ServiceInstance/content', status: 404 },
  ])('answers GET $path with $status: an ESXi host speaks SOAP only', async ({ path, status }) => {
    const site = await startSite();
    try {
      expect((await new RawClient(site.endpoint).get(path)).status).toBe(status);
    } finally {
      await site.stop();
    }
  });
});
