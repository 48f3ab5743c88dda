// What goes wrong between the operator and a vSphere server, and the typed error that comes of it.
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fixture, soapFault, startFixture } from './fixture.ts';

const NEVER = new AbortController().signal;

let fixture: Fixture;
let vm: string;

beforeAll(async () => {
  fixture = await startFixture();
  const [found] = await fixture.open().findVms({ name: 'ha-host_VM0' }, NEVER);
  vm = found?.moRef ?? '';
}, 120_000);

afterEach(() => fixture.proxy.meddle(() => 'forward'));
afterAll(() => fixture?.stop());

describe('a server that does not answer', () => {
  it('is given up after the time for a request', async () => {
    const vsphere = fixture.open({ requestTimeoutMs: 300 });
    await vsphere.apiType(NEVER);
    fixture.proxy.meddle(() => 'hang');
    await expect(vsphere.vm(vm, NEVER)).rejects.toMatchObject({ code: 'CommandTimedOut', message: expect.stringContaining('0.3 s') });
  });

  it('is given up after the time for a connection when it does not finish the handshake', async () => {
    const silent = await listenSilently();
    const target = { ...fixture.target, server: silent.server };
    const vsphere = fixture.connector({ connectTimeoutMs: 200 }).open(target);
    await expect(vsphere.apiType(NEVER)).rejects.toMatchObject({ code: 'VsphereUnreachable', message: expect.stringContaining('0.2 s') });
    await silent.stop();
  });

  it('does not hold up an abort', async () => {
    const vsphere = fixture.open();
    await vsphere.apiType(NEVER);
    const controller = new AbortController();
    fixture.proxy.meddle(() => {
      setImmediate(() => controller.abort());
      return 'hang';
    });
    await expect(vsphere.vm(vm, controller.signal)).rejects.toMatchObject({ code: 'Aborted' });
  });

  it('does not hold up an abort while it waits for updates, and the wait ends at the server too', async () => {
    const vsphere = fixture.open();
    const controller = new AbortController();
    const waits = fixture.proxy.count('WaitForUpdatesEx');
    const destroyed = fixture.proxy.count('DestroyPropertyCollector');
    fixture.proxy.meddle(({ method }) => {
      // The first wait answers at once with the present state; the second one lasts.
      if (method === 'WaitForUpdatesEx' && fixture.proxy.count(method) === waits + 2) {
        setTimeout(() => controller.abort(), 50);
      }
      return 'forward';
    });
    await expect(vsphere.waitForPowerState(vm, 'suspended', 20_000, controller.signal)).rejects.toMatchObject({ code: 'Aborted' });
    expect(fixture.proxy.count('DestroyPropertyCollector')).toBe(destroyed + 1);
  });
});

describe('a server that is not there or not itself', () => {
  it.each([
    { why: 'nothing listens', server: '127.0.0.1:1', code: 'VsphereUnreachable', says: 'ECONNREFUSED' },
    { why: 'the name does not exist', server: 'no-such-host.invalid', code: 'VsphereUnreachable', says: 'no-such-host.invalid' },
  ])('is unreachable when $why', async ({ server, code, says }) => {
    const vsphere = fixture.connector().open({ ...fixture.target, server });
    await expect(vsphere.apiType(NEVER)).rejects.toMatchObject({ code, terminal: false, message: expect.stringContaining(says) });
  });

  it.each([
    { why: 'a gateway that has no server behind it', status: 503, body: '<html>no healthy upstream</html>', code: 'VsphereUnreachable' },
    { why: 'a web server', status: 200, body: '<!DOCTYPE html><html><p>hello</html>', code: 'OutputNotUnderstood' },
    { why: 'a JSON API', status: 200, body: '{"hello": 1}', code: 'OutputNotUnderstood' },
    {
      why: 'an answer to another method',
      status: 200,
      body: '<e:Envelope xmlns:e="x"><e:Body><OtherResponse/></e:Body></e:Envelope>',
      code: 'OutputNotUnderstood',
    },
    { why: 'an answer that is cut off', status: 200, body: '<e:Envelope xmlns:e="x"><e:Body><Ret', code: 'OutputNotUnderstood' },
    { why: 'nothing at all', status: 200, body: '', code: 'OutputNotUnderstood' },
  ])('is told apart when it is $why', async ({ status, body, code }) => {
    const vsphere = fixture.open();
    await vsphere.apiType(NEVER);
    fixture.proxy.meddle(() => ({ status, body }));
    await expect(vsphere.vm(vm, NEVER)).rejects.toMatchObject({ code });
  });

  it('is refused at log-in when it answers, but not as vSphere does', async () => {
    fixture.proxy.meddle(({ method }) =>
      method === 'RetrieveServiceContent'
        ? { status: 200, body: '<e:Envelope xmlns:e="x"><e:Body><RetrieveServiceContentResponse/></e:Body></e:Envelope>' }
        : 'forward',
    );
    await expect(fixture.open().apiType(NEVER)).rejects.toMatchObject({ code: 'OutputNotUnderstood' });
  });
});

describe('a property that may not be read', () => {
  const missing = (fault: string) => (answer: { status: number; body: string }) => ({
    ...answer,
    body: answer.body.replace(
      '</objects>',
      `<missingSet><path>config.hardware.device</path><fault><fault xsi:type="${fault}"><privilegeId>System.Read</privilegeId></fault><localizedMessage/></fault></missingSet></objects>`,
    ),
  });

  it('is an error and never an empty list', async () => {
    const vsphere = fixture.open();
    fixture.proxy.meddle(({ method }) => (method === 'RetrievePropertiesEx' ? missing('NoPermission') : 'forward'));
    await expect(vsphere.vm(vm, NEVER)).rejects.toMatchObject({
      code: 'VspherePermissionDenied',
      message: expect.stringContaining('config.hardware.device'),
      detail: { fault: 'NoPermission', privilegeId: 'System.Read' },
    });
  });

  it('leads to a new log-in when the session is the reason', async () => {
    const vsphere = fixture.open();
    let first = true;
    fixture.proxy.meddle(({ method }) => {
      if (method !== 'RetrievePropertiesEx' || !first) {
        return 'forward';
      }
      first = false;
      return missing('NotAuthenticated');
    });
    expect((await vsphere.vm(vm, NEVER)).moRef).toBe(vm);
  });
});

describe('tasks and faults', () => {
  const reportPoweredOff = (answer: { status: number; body: string }) => ({
    ...answer,
    body: answer.body.replace('>poweredOn<', '>poweredOff<'),
  });

  it('take a task that failed because the VM already is where it should be as success', async () => {
    const vsphere = fixture.open();
    await vsphere.powerOn(vm, NEVER);
    const before = fixture.proxy.count('PowerOnVM_Task');
    fixture.proxy.meddle(({ method }) => (method === 'RetrievePropertiesEx' ? reportPoweredOff : 'forward'));
    await vsphere.powerOn(vm, NEVER);
    expect(fixture.proxy.count('PowerOnVM_Task')).toBe(before + 1);
  });

  it('give the fault of a failed task with its type, text and meaning', async () => {
    const vsphere = fixture.open();
    await vsphere.powerOn(vm, NEVER);
    const text =
      'Failed to power on virtual machine db-01, pciPassthru:14: No SR-IOV virtual function (VF) is available for given physical function (PF) (0000:AF:00.0).';
    fixture.proxy.meddle(({ method }) => {
      if (method === 'RetrievePropertiesEx') {
        return reportPoweredOff;
      }
      return method === 'WaitForUpdatesEx'
        ? (answer) => ({
            ...answer,
            body: answer.body.replaceAll('InvalidPowerState', 'GenericVmConfigFault').replace(/\*types\.\w+/, text),
          })
        : 'forward';
    });
    await expect(vsphere.powerOn(vm, NEVER)).rejects.toMatchObject({
      code: 'VsphereTaskFailed',
      message: expect.stringContaining('No SR-IOV virtual function'),
      detail: { fault: 'GenericVmConfigFault', noVirtualFunction: true, physicalFunction: '0000:af:00.0', situation: 'NoVirtualFunction' },
    });
  });

  it('give the question of a VM instead of waiting for it for ever', async () => {
    const vsphere = fixture.open();
    await vsphere.powerOn(vm, NEVER);
    const question =
      '<propSet><name>runtime.question</name><val xsi:type="VirtualMachineQuestionInfo"><id>1</id><text>Did you move it or copy it?</text></val></propSet></objects>';
    fixture.proxy.meddle(({ method }) =>
      method === 'RetrievePropertiesEx' ? (answer) => ({ ...answer, body: answer.body.replace('</objects>', question) }) : 'forward',
    );
    await expect(vsphere.powerOff(vm, NEVER)).rejects.toMatchObject({
      code: 'VsphereTaskFailed',
      detail: { question: 'Did you move it or copy it?' },
    });
  });

  it('give the question that comes up while a task runs', async () => {
    const vsphere = fixture.open();
    await vsphere.powerOn(vm, NEVER);
    const question = `<objectSet><kind>modify</kind><obj type="VirtualMachine">${vm}</obj><changeSet><name>runtime.question</name><op>assign</op><val xsi:type="VirtualMachineQuestionInfo"><text>Continue?</text></val></changeSet></objectSet></filterSet>`;
    fixture.proxy.meddle(({ method }) =>
      method === 'WaitForUpdatesEx'
        ? (answer) => ({ ...answer, body: answer.body.replace('>success<', '>running<').replace('</filterSet>', question) })
        : 'forward',
    );
    await expect(vsphere.powerOff(vm, NEVER)).rejects.toMatchObject({ code: 'VsphereTaskFailed', detail: { question: 'Continue?' } });
  });

  it('are not asked for when the VM already is where it should be', async () => {
    const vsphere = fixture.open();
    await vsphere.powerOff(vm, NEVER);
    const methods = ['ShutdownGuest', 'PowerOffVM_Task'];
    const before = methods.map((method) => fixture.proxy.count(method));
    await vsphere.shutdownGuest(vm, NEVER);
    await vsphere.powerOff(vm, NEVER);
    expect(methods.map((method) => fixture.proxy.count(method))).toEqual(before);
  });

  it('report the progress of a task', async () => {
    const seen: unknown[] = [];
    const vsphere = fixture.open({ onTaskProgress: (progress) => seen.push(progress) });
    await vsphere.powerOn(vm, NEVER);
    const progress = '<changeSet><name>info.progress</name><op>assign</op><val>35</val></changeSet></objectSet>';
    fixture.proxy.meddle(({ method }) =>
      method === 'WaitForUpdatesEx' ? (answer) => ({ ...answer, body: answer.body.replace('</objectSet>', progress) }) : 'forward',
    );
    await vsphere.powerOff(vm, NEVER);
    expect(seen).toContainEqual({ server: fixture.target.server, vmMoRef: vm, percent: 35 });
  });

  it.each([
    {
      fault: 'NoPermission',
      fields: '<privilegeId>VirtualMachine.Interact.PowerOff</privilegeId>',
      code: 'VspherePermissionDenied',
      says: 'VirtualMachine.Interact.PowerOff',
    },
    { fault: 'RestrictedVersion', fields: '', code: 'VspherePermissionDenied', says: 'licence' },
    { fault: 'ToolsUnavailable', fields: '', code: 'VsphereFault', says: 'VMware Tools' },
    { fault: 'ManagedObjectNotFound', fields: '<obj type="VirtualMachine">vm-1</obj>', code: 'VsphereObjectNotFound', says: 'vm-1' },
  ])('give $code for the fault $fault of a call', async ({ fault, fields, code, says }) => {
    const vsphere = fixture.open();
    await vsphere.powerOn(vm, NEVER);
    fixture.proxy.meddle(({ method }) => (method === 'ShutdownGuest' ? soapFault(fault, 'some text', fields) : 'forward'));
    await expect(vsphere.shutdownGuest(vm, NEVER)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
      detail: { fault },
    });
  });
});

describe('a server that was restarted while a task ran', () => {
  it('knows nothing of the task any more: whether it took effect is unknown, and the VM is not said to be gone', async () => {
    const vsphere = fixture.open();
    await vsphere.powerOff(vm, NEVER);
    fixture.proxy.meddle(({ method, body }) => {
      const [, task] = /<obj type="Task">([^<]+)</.exec(body) ?? [];
      if (method !== 'CreateFilter' || task === undefined) return 'forward';
      return soapFault('ManagedObjectNotFound', '', `<obj type="Task">${task}</obj>`);
    });
    await expect(vsphere.powerOn(vm, NEVER)).rejects.toMatchObject({
      code: 'ConnectionLost',
      message: expect.stringContaining('PowerOnVM_Task'),
    });
    fixture.proxy.meddle(() => 'forward');
    await vsphere.powerOn(vm, NEVER);
  });
});

async function listenSilently(): Promise<{ readonly server: string; stop(): Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    server: `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    stop: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
