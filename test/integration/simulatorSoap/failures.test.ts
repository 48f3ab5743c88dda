/** Misbehaviour on demand: broken connections, refusals, slow tasks, hosts that go away. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultStyle } from '../../simulator/soap/wire/faultValue.ts';
import { SimFault } from '../../simulator/world/vmFault.ts';
import { call, cardElements, deviceChange, reconfigure, retrieve } from './support/bodies.ts';
import { findNode, findNodes, RawClient, typeOf } from './support/rawClient.ts';
import { type SimulatedSite, startSite } from './support/site.ts';
import { runTask } from './support/taskWait.ts';

const CURRENT_TIME = call('CurrentTime', { type: 'ServiceInstance', value: 'ServiceInstance' });

let site: SimulatedSite;
let client: RawClient;

const login = async (to: 'host' | 'center') => {
  const made = new RawClient(to === 'host' ? site.endpoint : site.center.endpoint);
  const { username, password } = to === 'host' ? site.host : site.center;
  await made.login(username, password);
  return made;
};

const property = async (from: RawClient, object: ReturnType<RawClient['naming']['host']>, path: string) =>
  findNode((await from.send(retrieve(from.naming.service('propertyCollector'), object, [path]))).content, 'val')?.text;

const hostRef = (from: RawClient) => {
  const [host] = site.inventory.hosts();
  return host === undefined ? from.naming.rootFolder() : from.naming.host(host);
};

beforeEach(async () => {
  site = await startSite();
  client = await login('host');
});

afterEach(() => site.stop());

describe('a call', () => {
  it.each([
    { kind: 'dropBefore' as const, powerState: 'poweredOn' },
    { kind: 'dropAfter' as const, powerState: 'poweredOff' },
  ])('of a connection that breaks ($kind) leaves the VM $powerState', async ({ kind, powerState }) => {
    site.endpoint.service.misbehaviours.add({ kind, method: /PowerOffVM/, times: 1 });
    const vm = client.naming.vm(site.vm);
    await expect(client.send(call('PowerOffVM_Task', vm))).rejects.toMatchObject({ code: 'ECONNRESET' });
    const started = site.inventory.tasks.ofMethod('PowerOffVM_Task');
    expect(started).toHaveLength(kind === 'dropAfter' ? 1 : 0);
    if (kind === 'dropAfter') {
      await stateReached(() => site.vm.powerState === 'poweredOff');
    }
    expect(await property(client, vm, 'runtime.powerState')).toBe(powerState);
  });

  it('without the privilege is refused with the object and the privilege', async () => {
    site.endpoint.service.misbehaviours.add({ kind: 'denied', method: /ReconfigVM/, privilegeId: 'VirtualMachine.Config.Resource' });
    const answer = await client.send(reconfigure(client.naming.vm(site.vm), ''));
    expect(answer).toMatchObject({ status: 500, fault: 'NoPermission' });
    expect(findNode(answer.content, 'object')?.text).toBe(client.naming.vm(site.vm).value);
    expect(findNode(answer.content, 'privilegeId')?.text).toBe('VirtualMachine.Config.Resource');
  });

  it('takes as long as a test says', async () => {
    site.endpoint.service.misbehaviours.add({ kind: 'slow', method: /CurrentTime/, milliseconds: 120, times: 1 });
    const start = performance.now();
    await client.send(CURRENT_TIME);
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
  });

  it('meets a proxy that answers in its own words, a number of times', async () => {
    site.endpoint.service.misbehaviours.add({ kind: 'httpError', status: 503, times: 1 });
    await expect(client.send(CURRENT_TIME)).rejects.toThrow();
    expect((await client.send(CURRENT_TIME)).status).toBe(200);
  });

  it('to a host with a free licence is refused as a test says', async () => {
    const fault = new SimFault('RestrictedVersion', 'Current license or ESXi version prohibits execution of the requested operation.');
    site.endpoint.service.misbehaviours.add({ kind: 'refuse', method: /_Task$/, fault });
    expect((await client.send(call('PowerOffVM_Task', client.naming.vm(site.vm)))).fault).toBe('RestrictedVersion');
  });
});

describe('a fault of a task', () => {
  const noFunction = 'No SR-IOV virtual function (VF) is available for given physical function (PF)';

  it.each<{ faultStyle: FaultStyle; within: string }>([
    { faultStyle: 'localizedMessage', within: 'localizedMessage' },
    { faultStyle: 'faultMessage', within: 'message' },
    { faultStyle: 'faultCause', within: 'faultCause' },
  ])('carries the text of the virtual machine monitor in $within', async ({ faultStyle, within }) => {
    const other = await startSite({ faultStyle });
    try {
      const own = new RawClient(other.endpoint);
      await own.login(other.host.username, other.host.password);
      other.inventory.power.off(other.vm);
      const [network] = other.inventory.networks.ofHost(other.host.id);
      const card = cardElements(network === undefined ? own.naming.rootFolder() : own.naming.network(network), other.physicalFunction);
      const spec = Array.from({ length: 5 }, () => deviceChange('add', 'VirtualSriovEthernetCard', card)).join('');
      const vm = own.naming.vm(other.vm);
      const reserved = `${spec}<memoryReservationLockedToMax>true</memoryReservationLockedToMax>`;
      expect(await runTask(own, reconfigure(vm, reserved))).toMatchObject({ state: 'success' });
      expect(await runTask(own, call('PowerOnVM_Task', vm))).toMatchObject({ state: 'error', fault: 'GenericVmConfigFault' });
      const task = other.inventory.tasks.ofMethod('PowerOnVM_Task').map((one) => own.naming.task(one))[0] ?? vm;
      const answer = await own.send(retrieve(own.naming.service('propertyCollector'), task, ['info']));
      const carrier = findNode(answer.content, within);
      expect(findNodes(carrier ?? answer.content, within === 'faultCause' ? 'localizedMessage' : within)[0]?.text).toContain(noFunction);
    } finally {
      await other.stop();
    }
  });

  it('is told by its type, with its fields', async () => {
    const vm = client.naming.vm(site.vm);
    await runTask(client, call('PowerOnVM_Task', vm));
    const task = site.inventory.tasks.ofMethod('PowerOnVM_Task').map((one) => client.naming.task(one))[0] ?? vm;
    const answer = await client.send(retrieve(client.naming.service('propertyCollector'), task, ['info.error']));
    expect(typeOf(findNode(answer.content, 'val'))).toBe('LocalizedMethodFault');
    expect(typeOf(findNode(answer.content, 'fault'))).toBe('InvalidPowerState');
    expect(findNode(answer.content, 'existingState')?.text).toBe('poweredOn');
  });

  it('comes after as long as the test wants', async () => {
    site.inventory.tasks.taskMs = 60_000;
    const vm = client.naming.vm(site.vm);
    await client.send(call('PowerOffVM_Task', vm));
    expect((await client.send(call('PowerOffVM_Task', vm))).fault).toBe('TaskInProgress');
    expect(site.vm.powerState).toBe('poweredOn');
  });
});

describe('a host that restarts', () => {
  it('drops its own sessions, resets connections, and is back on the same port with a later boot time', async () => {
    const before = await property(client, hostRef(client), 'runtime.bootTime');
    site.inventory.power.off(site.vm);
    await runTask(client, call('EnterMaintenanceMode_Task', hostRef(client), '<timeout>0</timeout>'));
    await client.send(call('RebootHost_Task', hostRef(client), '<force>false</force>'));
    await stateReached(() => !site.host.up);
    await site.endpoint.refresh();
    await expect(client.send(CURRENT_TIME)).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    await stateReached(() => site.host.up);
    await site.endpoint.refresh();
    expect((await client.send(CURRENT_TIME)).fault).toBe('NotAuthenticated');
    client = await login('host');
    expect(Date.parse((await property(client, hostRef(client), 'runtime.bootTime')) ?? '')).toBeGreaterThan(Date.parse(before ?? ''));
    expect(await property(client, hostRef(client), 'runtime.inMaintenanceMode')).toBe('true');
  });

  it('is notResponding for its vCenter, its VMs are off and cannot be touched', async () => {
    const center = await login('center');
    site.host.forceOff();
    expect(await property(center, hostRef(center), 'runtime.connectionState')).toBe('notResponding');
    expect(await property(center, center.naming.vm(site.vm), 'runtime.connectionState')).toBe('disconnected');
    expect((await center.send(call('PowerOnVM_Task', center.naming.vm(site.vm)))).fault).toBe('HostNotConnected');
    expect(site.vm.counters).toMatchObject({ crashes: 1, powerOffs: 0 });
    site.host.powerOn();
    await stateReached(() => site.host.up);
    expect(await property(center, hostRef(center), 'runtime.connectionState')).toBe('connected');
    expect(await property(center, center.naming.vm(site.vm), 'runtime.powerState')).toBe('poweredOff');
  });
});

async function stateReached(reached: () => boolean): Promise<void> {
  while (!reached()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
