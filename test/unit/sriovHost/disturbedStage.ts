/** A host in the middle of its plan, and everything that can happen to it meanwhile: people, clocks, BMCs and operators that die. */
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost, SriovHostSpec } from '../../../operator/api/types.ts';
import type { Bmc } from '../../../operator/ports/bmc.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { FakePermits } from '../../support/fakes/permits.ts';
import { Crash } from '../../support/world/crashPoint.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject, look, makeController, type RunOptions } from '../../support/world/runHost.ts';

const KEY = 'lab/esx-01';
export const MINUTE = 60_000;

export function specWith(disruption: Partial<SriovHostSpec['disruption']> = {}, more: Partial<SriovHostSpec> = {}): SriovHostSpec {
  const spec = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }])], ...more });
  return { ...spec, disruption: { ...spec.disruption, ...disruption } };
}

type Port = 'host' | 'bmc';
/** Called instead of the method of a port; `go` is the method itself. */
export type Happening = (go: () => Promise<unknown>) => Promise<unknown>;

export function disturbedStage(spec: SriovHostSpec, options: Partial<HostWorldOptions> = {}, more: RunOptions = {}) {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile, adapters: [{ model: connectX5En }], ...options });
  const cluster = new FakeCluster();
  const permits = new FakePermits();
  cluster.put('SriovHost', hostObject(spec));
  cluster.secrets.set('lab/host', { resourceVersion: '1', data: { username: 'root', password: 'x' } });
  let aheadMs = 0;
  const happenings: Record<Port, Record<string, Happening>> = { host: {}, bmc: {} };
  const calls: string[] = [];
  const disturbed = <T extends object>(port: Port, target: T): T =>
    new Proxy(target, {
      get: (inner, name) => {
        const value: unknown = Reflect.get(inner, name, inner);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          calls.push(String(name));
          const go = async (): Promise<unknown> => await value.apply(inner, args);
          return await (happenings[port][String(name)] ?? ((run) => run()))(go);
        };
      },
    });
  const start = () =>
    makeController(world, clock, cluster, {
      permits,
      wrap: (host: EsxiHost) => disturbed('host', host),
      wrapBmc: (bmc: Bmc) => disturbed('bmc', bmc),
      wallClockAheadMs: () => aheadMs,
      ...more,
    });
  let controller = start();
  const object = () => cluster.hosts.get(KEY);
  const host = () => object() as SriovHost;
  const edit = (change: Partial<SriovHost['metadata']>, specChange: Partial<SriovHostSpec> = {}): void =>
    cluster.put('SriovHost', { ...host(), metadata: { ...host().metadata, ...change }, spec: { ...host().spec, ...specChange } });
  const step = async (): Promise<void> => {
    try {
      clock.advance(await look(controller));
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      clock.advance(3_000);
    }
  };
  return {
    clock,
    world,
    cluster,
    permits,
    /** Names of methods of host and BMC, in the order of their calls. */
    calls,
    object,
    host,
    step,
    condition: (type: string) => findCondition(host().status?.conditions, type as 'Ready'),
    ready: () => findCondition(object()?.status?.conditions, 'Ready'),
    last: () => object()?.status?.restarts?.last,
    /** From now on, until another is set. */
    on: (port: Port, method: string, happening: Happening): void => {
      happenings[port][method] = happening;
    },
    /** The next time only. */
    once: (port: Port, method: string, happening: Happening): void => {
      happenings[port][method] = async (go) => {
        delete happenings[port][method];
        return await happening(go);
      };
    },
    annotate: (annotations: Readonly<Record<string, string>>): void => edit({ annotations }),
    edit,
    delete: (): void =>
      edit({ generation: host().metadata.generation + 1, deletionTimestamp: new Date(clock.now() + aheadMs).toISOString() }),
    jump: (ms: number): void => {
      aheadMs += ms;
    },
    controller: () => controller,
    newProcess: (): void => {
      controller = start();
    },
    until: async (holds: () => boolean, most = 300): Promise<void> => {
      for (let looks = 0; !holds() && looks < most; looks += 1) await step();
    },
  };
}

export type DisturbedStage = ReturnType<typeof disturbedStage>;

/** Up to the moment at which the intent of the restart is in the API server and the command was sent. */
export async function untilRestart(at: DisturbedStage): Promise<void> {
  await at.until(() => at.last()?.state === 'Requested');
}
