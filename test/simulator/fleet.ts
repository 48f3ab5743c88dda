/**
 * A fleet of simulated ESXi hosts over the real protocols. Hosts come one by one; what further serves them (vSphere, guest
 * operations) hooks in with `FleetPart`.
 */

import { standardDepot } from './depot.ts';
import { type HostProfileOptions, hostProfile } from './profiles/hostProfiles.ts';
import type { RedfishOptions } from './redfish/redfishOptions.ts';
import { type BmcEndpoint, startRedfishServer } from './redfish/redfishServer.ts';
import { sharedHostKey } from './ssh/hostKeys.ts';
import { type SshEndpoint, startSshServer } from './ssh/sshServer.ts';
import { HostFiles } from './world/hostFiles.ts';
import type { HostProfile, HostWorldOptions } from './world/hostOptions.ts';
import { HostWorld } from './world/hostWorld.ts';

/** Something that serves every host of the fleet: told of each new host, stopped with the fleet. */
export interface FleetPart {
  hostAdded(host: SimHost): Promise<void>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  /** Address that all servers listen on. */
  readonly address?: string;
}

export interface AddHostOptions extends Omit<HostWorldOptions, 'id' | 'profile' | 'files'> {
  /** A ready profile, or what to make one from; default: ESXi 7.0 U3 without MFT. */
  readonly profile?: HostProfile | HostProfileOptions;
  /** Files that this host sees; default: the standard depot of its release on /vmfs/volumes/ds1. */
  readonly files?: HostFiles;
  /** Starts a Redfish service for it. */
  readonly bmc?: boolean | RedfishOptions;
}

export interface SimHost {
  readonly world: HostWorld;
  readonly ssh: {
    readonly address: string;
    readonly port: number;
    readonly hostKeyFingerprint: string;
    readonly username: string;
    readonly password: string;
    readonly connections: () => number;
  };
  readonly bmc: BmcEndpoint | undefined;
}

export interface Fleet {
  readonly hosts: readonly SimHost[];
  addHost(options: AddHostOptions): Promise<SimHost>;
  /** Hosts that are there already are announced to the part, too. */
  attach(part: FleetPart): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  readonly host: SimHost;
  readonly ssh: SshEndpoint;
}

export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const running: Running[] = [];
  const parts: FleetPart[] = [];
  let added = 0;
  const address = options.address ?? '127.0.0.1';
  // Made once, before the first host, so that no host's start carries its cost.
  const hostKey = sharedHostKey();

  const addHost = async (wanted: AddHostOptions): Promise<SimHost> => {
    // Counted before anything is awaited: hosts may be added side by side.
    added += 1;
    const world = new HostWorld({ ...wanted, ...materials(wanted), id: `host-${added}`, address: wanted.address ?? address });
    const ssh = await startSshServer(world, { hostKey, address });
    const bmc = await startBmc(world, wanted.bmc, address);
    const { username, password } = world;
    const host: SimHost = {
      world,
      ssh: {
        address: ssh.address,
        port: ssh.port,
        hostKeyFingerprint: ssh.hostKeyFingerprint,
        username,
        password,
        connections: ssh.connections,
      },
      bmc,
    };
    running.push({ host, ssh });
    for (const part of parts) {
      await part.hostAdded(host);
    }
    return host;
  };

  return {
    get hosts() {
      return running.map(({ host }) => host);
    },
    addHost,
    attach: async (part) => {
      parts.push(part);
      for (const { host } of running) {
        await part.hostAdded(host);
      }
    },
    stop: async () => {
      await Promise.all([...parts.map((part) => part.stop()), ...running.flatMap(({ host, ssh }) => [ssh.stop(), host.bmc?.stop()])]);
      for (const { host } of running) {
        host.world.stop();
      }
    },
  };
}

function materials(wanted: AddHostOptions): { readonly profile: HostProfile; readonly files: HostFiles } {
  const given = wanted.profile ?? {};
  if ('vibs' in given) {
    return { profile: given, files: wanted.files ?? new HostFiles() };
  }
  return { profile: hostProfile(given), files: wanted.files ?? standardDepot(given.esxi ?? '7.0u3') };
}

async function startBmc(world: HostWorld, bmc: boolean | RedfishOptions | undefined, address: string): Promise<BmcEndpoint | undefined> {
  if (bmc === undefined || bmc === false) {
    return undefined;
  }
  return await startRedfishServer(world, { address, ...(bmc === true ? {} : bmc) });
}
