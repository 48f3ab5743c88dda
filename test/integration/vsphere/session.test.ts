// The session's promises: one log-in for all, no repeated writes, no retry storms, nothing left behind, nothing process-wide.
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Fixture, soapFault, startFixture } from './fixture.ts';

const NEVER = new AbortController().signal;
const MISSING_VM = 'vm-987654321';

let fixture: Fixture;
let vm: string;

beforeAll(async () => {
  fixture = await startFixture();
  const [found] = await fixture.open().findVms({ name: 'ha-host_VM0' }, NEVER);
  vm = found?.moRef ?? '';
}, 120_000);

afterEach(() => fixture.proxy.meddle(() => 'forward'));
afterAll(() => fixture?.stop());

/** How often a method is called while `work` runs. */
async function countCalls(method: string, work: () => Promise<unknown>): Promise<number> {
  const before = fixture.proxy.count(method);
  await work();
  return fixture.proxy.count(method) - before;
}

describe('log-in', () => {
  it('is shared by callers that come at the same time', async () => {
    const vsphere = fixture.open();
    const logins = await countCalls('Login', () => Promise.all(Array.from({ length: 20 }, () => vsphere.vm(vm, NEVER))));
    expect(logins).toBe(1);
  });

  it('is shared by everybody who opens the same server as the same user', async () => {
    const connector = fixture.connector();
    const spelled = { ...fixture.target, server: ` ${fixture.target.server.toUpperCase()} ` };
    const logins = await countCalls('Login', async () => {
      await connector.open(fixture.target).apiType(NEVER);
      await connector.open(spelled).apiType(NEVER);
    });
    expect(logins).toBe(1);
  });

  it('is repeated once for all callers when the session has expired', async () => {
    const vsphere = fixture.open();
    await vsphere.apiType(NEVER);
    fixture.proxy.expireSessions();
    const logins = await countCalls('Login', () => Promise.all(Array.from({ length: 20 }, () => vsphere.vm(vm, NEVER))));
    expect(logins).toBe(1);
  });

  it('survives the abort of the caller that began it', async () => {
    const vsphere = fixture.open();
    const controller = new AbortController();
    fixture.proxy.meddle(({ method }) => {
      if (method === 'Login') {
        controller.abort();
      }
      return 'forward';
    });
    const [first, second] = await Promise.allSettled([vsphere.apiType(controller.signal), vsphere.apiType(NEVER)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'Aborted' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: 'HostAgent' });
  });

  it('is not tried again with credentials that were rejected, until the time is over', async () => {
    let time = 0;
    const connector = fixture.connector({ now: () => time, rejectedCredentialsMs: 1_000 });
    const wrong = () => connector.open({ ...fixture.target, password: 'wrong' }).vm(vm, NEVER);
    const rejected = { code: 'VsphereCredentialsRejected', terminal: true };
    const logins = await countCalls('Login', async () => {
      await Promise.all([1, 2, 3].map(() => expect(wrong()).rejects.toMatchObject(rejected)));
      time = 999;
      await expect(wrong()).rejects.toMatchObject(rejected);
    });
    expect(logins).toBe(1);
    time = 1_001;
    expect(await countCalls('Login', () => expect(wrong()).rejects.toMatchObject(rejected))).toBe(1);
  });

  it('is tried at once with new credentials', async () => {
    const connector = fixture.connector();
    await expect(connector.open({ ...fixture.target, password: 'wrong' }).apiType(NEVER)).rejects.toMatchObject({
      code: 'VsphereCredentialsRejected',
    });
    expect(await connector.open(fixture.target).apiType(NEVER)).toBe('HostAgent');
  });

  it('is tried once more with rejected credentials for each wish to do so', async () => {
    let time = 0;
    const connector = fixture.connector({ now: () => time });
    const target = { ...fixture.target, password: 'wrong' };
    const call = (retry?: string) =>
      expect(connector.open(target, { retry }).apiType(NEVER)).rejects.toMatchObject({ code: 'VsphereCredentialsRejected' });
    expect(await countCalls('Login', () => call())).toBe(1);
    expect(await countCalls('Login', () => call('please'))).toBe(1);
    expect(await countCalls('Login', () => call('please'))).toBe(0);
    // Of another object, at about the same time.
    expect(await countCalls('Login', () => call('please too'))).toBe(0);
    time += 60_000;
    expect(await countCalls('Login', () => call('please too'))).toBe(0);
    expect(await countCalls('Login', () => call('please'))).toBe(0);
    expect(await countCalls('Login', () => call('and again'))).toBe(1);
  });

  it('ends with the connector, which refuses calls from then on', async () => {
    const connector = fixture.connector();
    const vsphere = connector.open(fixture.target);
    await vsphere.apiType(NEVER);
    expect(await countCalls('Logout', () => connector.close())).toBe(1);
    await expect(vsphere.apiType(NEVER)).rejects.toMatchObject({ code: 'Aborted' });
    expect(() => connector.open(fixture.target)).toThrow(expect.objectContaining({ code: 'Aborted' }));
  });

  it('aborts what is under way when the connector is closed', async () => {
    const connector = fixture.connector();
    const vsphere = connector.open(fixture.target);
    await vsphere.apiType(NEVER);
    const reached = new Promise<void>((resolve) => {
      fixture.proxy.meddle(({ method }) => {
        if (method !== 'RetrievePropertiesEx') {
          return 'forward';
        }
        resolve();
        return 'hang';
      });
    });
    const reading = expect(vsphere.vm(vm, NEVER)).rejects.toMatchObject({ code: 'Aborted' });
    await reached;
    await connector.close();
    await reading;
  });

  it('is not waited for when the connector is closed meanwhile', async () => {
    const connector = fixture.connector();
    fixture.proxy.meddle(() => 'hang');
    const connecting = expect(connector.open(fixture.target).apiType(NEVER)).rejects.toMatchObject({ code: 'Aborted' });
    await connector.close();
    await connecting;
  });

  it('ends together with the following of the inventory when nobody asks any more', async () => {
    let time = 0;
    const connector = fixture.connector({ now: () => time, idleMs: 60_000 });
    const { remembered } = connector.open(fixture.target);
    await remembered?.hosts(NEVER);
    time = 60_001;
    const loggedOut = new Promise<void>((resolve) => {
      fixture.proxy.meddle(({ method }) => {
        if (method === 'Logout') resolve();
        return 'forward';
      });
    });
    // Anything that happens ends the wait at the server.
    await fixture.open().powerOff(vm, NEVER);
    await loggedOut;
    await fixture.open().powerOn(vm, NEVER);
    expect(await countCalls('CreateContainerView', async () => await remembered?.hosts(NEVER))).toBe(1);
  });

  it('ends for a session that nobody uses any more, and begins anew when somebody does', async () => {
    let time = 0;
    const connector = fixture.connector({ now: () => time, idleMs: 60_000 });
    const idle = connector.open(fixture.target);
    await idle.apiType(NEVER);
    time = 60_001;
    const loggedOut = new Promise<void>((resolve) => {
      fixture.proxy.meddle(({ method }) => {
        if (method === 'Logout') {
          resolve();
        }
        return 'forward';
      });
    });
    connector.open({ ...fixture.target, tls: { caBundle: undefined, certificateFingerprint: fixture.proxy.certificateFingerprint } });
    await loggedOut;
    expect(await countCalls('Login', () => idle.vm(vm, NEVER))).toBe(1);
  });
});

describe('repeating', () => {
  it('sends a read again when a kept connection was closed meanwhile', async () => {
    const vsphere = fixture.open();
    await vsphere.vm(vm, NEVER);
    let dropped = false;
    fixture.proxy.meddle(() => {
      const drop = !dropped;
      dropped = true;
      return drop ? 'dropBefore' : 'forward';
    });
    expect(await countCalls('RetrievePropertiesEx', () => vsphere.vm(vm, NEVER))).toBe(2);
  });

  it('never sends a change twice when its answer is lost', async () => {
    const vsphere = fixture.open();
    await vsphere.powerOn(vm, NEVER);
    fixture.proxy.meddle(({ method }) => (method === 'PowerOffVM_Task' ? 'dropAfter' : 'forward'));
    const sent = await countCalls('PowerOffVM_Task', () =>
      expect(vsphere.powerOff(vm, NEVER)).rejects.toMatchObject({ code: 'ConnectionLost', message: expect.stringContaining('unknown') }),
    );
    expect(sent).toBe(1);
    await vsphere.waitForPowerState(vm, 'poweredOff', 5_000, NEVER);
    await vsphere.powerOn(vm, NEVER);
  });

  it('never sends a change twice when the session has expired, but is logged in for the next one', async () => {
    const vsphere = fixture.open();
    await vsphere.powerOn(vm, NEVER);
    fixture.proxy.meddle(({ method }) => (method === 'PowerOffVM_Task' ? soapFault('NotAuthenticated') : 'forward'));
    const sent = await countCalls('PowerOffVM_Task', () =>
      expect(vsphere.powerOff(vm, NEVER)).rejects.toMatchObject({ code: 'VsphereFault', detail: { fault: 'NotAuthenticated' } }),
    );
    expect(sent).toBe(1);
    fixture.proxy.meddle(() => 'forward');
    expect(await countCalls('Login', () => vsphere.powerOff(vm, NEVER))).toBe(1);
    await vsphere.powerOn(vm, NEVER);
  });

  it('gives up when the server forgets every new session at once', async () => {
    const vsphere = fixture.open();
    fixture.proxy.meddle(({ method }) => (method === 'RetrievePropertiesEx' ? soapFault('NotAuthenticated') : 'forward'));
    const logins = await countCalls('Login', () =>
      expect(vsphere.vm(vm, NEVER)).rejects.toMatchObject({ detail: { fault: 'NotAuthenticated' } }),
    );
    expect(logins).toBe(2);
  });
});

describe('connections', () => {
  it('are kept and used again', async () => {
    const vsphere = fixture.open();
    const before = fixture.proxy.connections;
    for (let index = 0; index < 5; index += 1) {
      await vsphere.vm(vm, NEVER);
    }
    expect(fixture.proxy.connections - before).toBe(1);
  });

  it('give collectors and views back', async () => {
    const vsphere = fixture.open();
    const pairs = { CreatePropertyCollector: 'DestroyPropertyCollector', CreateContainerView: 'DestroyView' };
    const before = Object.values(pairs).map((method) => fixture.proxy.count(method));
    const open = () => Object.entries(pairs).map(([create, destroy]) => fixture.proxy.count(create) - fixture.proxy.count(destroy));
    // Those of inventories that other tests follow.
    const openBefore = open();
    await vsphere.powerOff(vm, NEVER);
    await vsphere.powerOn(vm, NEVER);
    await vsphere.hosts(NEVER);
    expect(Object.values(pairs).map((method, index) => fixture.proxy.count(method) - (before[index] ?? 0))).toEqual([2, 1]);
    await expect(vsphere.waitForPowerState(MISSING_VM, 'poweredOn', 5_000, NEVER)).rejects.toMatchObject({ code: 'VsphereObjectNotFound' });
    expect(open()).toEqual(openBefore);
  });
});

describe('the process', () => {
  it('keeps its environment and listeners, and nothing is written to the console', async () => {
    const consoles = (['log', 'error', 'warn', 'info'] as const).map((name) =>
      jest.spyOn(console, name).mockImplementation(() => undefined),
    );
    const foreign = () => undefined;
    process.on('beforeExit', foreign);
    try {
      const environment = { ...process.env };
      const listeners = process.eventNames().map((name) => [name, process.listenerCount(name)]);
      for (let index = 0; index < 12; index += 1) {
        const connector = fixture.connector();
        await connector.open(fixture.target).apiType(NEVER);
        await connector.close();
      }
      const vsphere = fixture.open();
      await expect(vsphere.vm(MISSING_VM, NEVER)).rejects.toMatchObject({ code: 'VsphereObjectNotFound' });
      expect({ ...process.env }).toEqual(environment);
      expect(process.env['NODE_TLS_REJECT_UNAUTHORIZED']).toBeUndefined();
      expect(process.eventNames().map((name) => [name, process.listenerCount(name)])).toEqual(listeners);
      expect(process.listeners('beforeExit')).toContain(foreign);
      for (const spy of consoles) {
        expect(spy).not.toHaveBeenCalled();
      }
    } finally {
      process.removeListener('beforeExit', foreign);
      for (const spy of consoles) {
        spy.mockRestore();
      }
    }
  });
});
