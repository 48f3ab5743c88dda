/** Several simulated hosts under two replicas of the controller that share one cluster and one clock: for claims about the fleet. */
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import type { SriovHostController } from '../../../operator/controllers/sriovHost/controller.ts';
import { LookAgain } from '../../../operator/controllers/sriovHost/nextLook.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import type { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../fakes/cluster.ts';
import { FakePermits } from '../fakes/permits.ts';
import { Crash, mortal } from './crashPoint.ts';
import { hostObject, makeController } from './runHost.ts';

export interface FleetMember {
  readonly world: HostWorld;
  readonly spec: SriovHostSpec;
}

export interface FleetOptions {
  readonly clock: ManualClock;
  readonly limit: number;
  /** Numbers of writes, to a host, the API or the permits, right after which the replica at work dies. */
  readonly crashes: ReadonlySet<number>;
  /** Which of the replicas looks next. */
  readonly replicas: readonly number[];
}

export interface FleetRun {
  readonly cluster: FakeCluster;
  readonly permits: FakePermits;
  /** Most worlds that were in maintenance mode, restarting or off at the same time. */
  readonly most: number;
  readonly crashed: number;
  readonly ready: number;
  /** Reasons of Ready that were seen. */
  readonly reasons: ReadonlySet<string>;
}

/** Looks at whoever is due, all of them at the same time, until all are ready or the time is up. */
export async function runFleet(members: readonly FleetMember[], options: FleetOptions): Promise<FleetRun> {
  const { clock, limit, crashes } = options;
  const cluster = new FakeCluster();
  const permits = new FakePermits(limit);
  cluster.secrets.set('lab/host', { resourceVersion: '1', data: { username: 'root', password: 'x' } });
  let writes = 0;
  let crashed = 0;
  let most = 0;
  const reasons = new Set<string>();
  const count = (): void => {
    most = Math.max(most, members.filter(({ world }) => world.maintenanceMode || world.powerState !== 'on').length);
  };
  const wrote = (): void => {
    count();
    writes += 1;
    if (!crashes.has(writes)) return;
    crashed += 1;
    throw new Crash(`after write ${writes}`);
  };
  cluster.afterWrite = wrote;
  permits.afterWrite = wrote;
  for (const { world } of members) world.onChange(count);
  const controllers = members.map(({ world, spec }) => {
    const { metadata, ...object } = hostObject(machineOf(world, spec));
    cluster.put('SriovHost', { ...object, metadata: { ...metadata, name: world.name, uid: `uid-${world.name}` } });
    const make = (): SriovHostController => makeController(world, clock, cluster, { wrap: (host) => watched(host, wrote), permits });
    return { key: `lab/${world.name}`, replicas: [make(), make()], due: 0 };
  });
  for (let round = 0; round < 3_000; round += 1) {
    const due = controllers.filter((member) => member.due <= clock.now());
    await Promise.all(
      due.map(async (member, index) => {
        const replica = member.replicas[(options.replicas[(round + index) % options.replicas.length] ?? 0) % 2];
        if (replica !== undefined) member.due = clock.now() + (await look(replica, member.key));
      }),
    );
    count();
    const states = cluster.hosts.list().map(({ status }) => findCondition(status?.conditions, 'Ready'));
    for (const state of states) if (state !== undefined) reasons.add(state.reason);
    if (states.every((state) => state?.status === 'True') && permits.holders.length === 0) break;
    clock.advance(Math.max(1, Math.min(...controllers.map((member) => member.due)) - clock.now()));
    count();
  }
  const ready = cluster.hosts.list().filter(({ status }) => findCondition(status?.conditions, 'Ready')?.status === 'True').length;
  return { cluster, permits, most, crashed, ready, reasons };
}

async function look(controller: SriovHostController, key: string): Promise<number> {
  try {
    const result = await mortal((signal) => controller.reconcile(key, { signal, log: silentLog }));
    return result.kind === 'requeueAfter' ? Math.max(1, result.ms) : 60_000;
  } catch (error) {
    if (error instanceof LookAgain) return 10_000;
    if (error instanceof Crash) return 3_000;
    throw error;
  }
}

const CHANGES: ReadonlySet<string> = new Set(['enterMaintenanceMode', 'exitMaintenanceMode', 'reboot', 'powerOff', 'setFirmwareConfig']);

function watched(host: EsxiHost, wrote: () => void): EsxiHost {
  return new Proxy(host, {
    get: (target, name: keyof EsxiHost & string) => {
      const value = target[name];
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const result = await (value as (...all: unknown[]) => Promise<unknown>).apply(target, args);
        if (CHANGES.has(name)) wrote();
        return result;
      };
    },
  });
}

/** Each object is for a machine of its own. */
function machineOf({ name }: HostWorld, spec: SriovHostSpec): SriovHostSpec {
  const { bmc } = spec;
  const systemUrl = `https://bmc-${name}.example.com/redfish/v1/Systems/1`;
  return { ...spec, esxi: { ...spec.esxi, address: `${name}.example.com` }, ...(bmc === undefined ? {} : { bmc: { ...bmc, systemUrl } }) };
}
