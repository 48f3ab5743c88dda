/** Runs the host controller against one simulated world, with a clock that jumps from look to look. */
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost, SriovHostSpec } from '../../../operator/api/types.ts';
import { SriovHostController } from '../../../operator/controllers/sriovHost/controller.ts';
import { LookAgain } from '../../../operator/controllers/sriovHost/nextLook.ts';
import { type Logger, silentLog } from '../../../operator/engine/log.ts';
import { type Doors, fencedDoors } from '../../../operator/fencedDoors.ts';
import type { Bmc } from '../../../operator/ports/bmc.ts';
import type { Permits } from '../../../operator/ports/cluster.ts';
import type { Downloader } from '../../../operator/ports/download.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import type { VSphere } from '../../../operator/ports/vsphere.ts';
import type { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../fakes/cluster.ts';
import { FakeDownloader } from '../fakes/downloader.ts';
import { FakePermits } from '../fakes/permits.ts';
import { mortal } from './crashPoint.ts';
import { worldBmc } from './worldBmc.ts';
import { WorldHost } from './worldHost.ts';

const KEY = 'lab/esx-01';
const INTERVALS = { recheckMs: 600_000, restartPollMs: 20_000, blockedPollMs: 30_000 };

export interface HostRun {
  readonly cluster: FakeCluster;
  readonly controller: SriovHostController;
  readonly looks: number;
  host(): SriovHost;
}

export interface RunOptions {
  readonly annotations?: Readonly<Record<string, string>>;
  /** Give up after this many looks; default 120. */
  readonly most?: number;
  readonly cluster?: FakeCluster;
  /** Wraps the shell, to make commands fail or to watch them. */
  readonly wrap?: (host: EsxiHost) => EsxiHost;
  readonly wrapBmc?: (bmc: Bmc) => Bmc;
  readonly downloader?: Downloader;
  /** Default: none answers. */
  readonly vsphere?: VSphere;
  /** How far the operator's clock is ahead of the time that passes. */
  readonly wallClockAheadMs?: () => number;
  /** Whether the lease of this process is over. */
  readonly lapsed?: () => boolean;
  /** Shared by the hosts of a fleet. */
  readonly permits?: Permits;
  /** Default: silent. */
  readonly log?: Logger;
}

export function hostObject(spec: SriovHostSpec, annotations: Readonly<Record<string, string>> = {}): SriovHost {
  const metadata = { name: 'esx-01', namespace: 'lab', uid: 'uid-1', generation: 1, annotations };
  return { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', metadata, spec };
}

export function makeController(
  world: HostWorld,
  clock: ManualClock,
  cluster: FakeCluster,
  {
    wrap = (host) => host,
    wrapBmc = (bmc) => bmc,
    permits = new FakePermits(),
    downloader = new FakeDownloader(),
    vsphere,
    wallClockAheadMs = () => 0,
    lapsed = () => false,
  }: Pick<RunOptions, 'wrap' | 'wrapBmc' | 'permits' | 'downloader' | 'vsphere' | 'wallClockAheadMs' | 'lapsed'> = {},
): SriovHostController {
  const doors: Doors = {
    esxi: {
      open: async () => {
        if (!world.sshListening) throw new PortError('HostUnreachable', 'the host does not answer');
        return wrap(new WorldHost(world));
      },
      forget: () => undefined,
      close: async () => undefined,
    },
    bmc: { open: () => wrapBmc(worldBmc(world)), close: async () => undefined },
    vsphere: {
      open: () => {
        if (vsphere === undefined) throw new PortError('VsphereUnreachable', 'no vSphere server answers');
        return vsphere;
      },
      close: async () => undefined,
    },
  };
  return new SriovHostController({
    cluster,
    permits,
    downloader,
    intervals: INTERVALS,
    now: () => new Date(clock.now() + wallClockAheadMs()),
    elapsedMs: () => clock.now(),
    ...fencedDoors(doors, lapsed),
  });
}

/** Looks until the host is Ready or nothing moves any more (Stalled, or the same wait twenty times in a row). */
export async function runHost(world: HostWorld, clock: ManualClock, spec: SriovHostSpec, options: RunOptions = {}): Promise<HostRun> {
  const cluster = options.cluster ?? new FakeCluster();
  if (cluster.hosts.get(KEY) === undefined) cluster.put('SriovHost', hostObject(spec, options.annotations));
  cluster.secrets.set('lab/host', { resourceVersion: '1', data: { username: 'root', password: 'x' } });
  const controller = makeController(world, clock, cluster, options);
  const run = { cluster, controller, looks: 0, host: () => cluster.hosts.get(KEY) as SriovHost };
  let still = 0;
  while (run.looks < (options.most ?? 120) && still < 20) {
    const writes = cluster.writes;
    run.looks += 1;
    clock.advance(await look(controller, options.log));
    const { conditions } = run.host().status ?? {};
    if (findCondition(conditions, 'Ready')?.status === 'True') break;
    still = cluster.writes === writes ? still + 1 : 0;
  }
  return run;
}

/** One look; returns the milliseconds to the next. */
export async function look(controller: SriovHostController, log = silentLog): Promise<number> {
  try {
    const result = await mortal((signal) => controller.reconcile(KEY, { signal, log }));
    return result.kind === 'requeueAfter' ? Math.max(1, result.ms) : INTERVALS.recheckMs;
  } catch (error) {
    if (!(error instanceof LookAgain)) throw error;
    return 10_000;
  }
}
