/** Whole hosts as they stand in data centres: each combination of release, tools, adapter and hardening that behaves in a way of its own. */
import type { AddHostOptions } from '../fleet.ts';
import {
  connectX4Lx,
  connectX4Vpi,
  connectX5En,
  connectX5EnSinglePort,
  connectX6Dx,
  connectX6Vpi,
  connectX7,
  dellConnectX4Lx,
} from './adapterModels.ts';
import type { HostProfileOptions } from './hostProfiles.ts';
import { RELEASES, type ReleaseName } from './releases.ts';

export interface FleetProfile {
  /** For names of scenarios and namespaces. */
  readonly name: string;
  readonly why: string;
  readonly host: Pick<AddHostOptions, 'adapters' | 'secureBoot' | 'misbehaviour'> & { readonly profile: HostProfileOptions };
  /** What is declared for its only adapter, at 0000:3b:00.0. */
  readonly ports: readonly { readonly number: number; readonly linkType?: 'Ethernet' | 'InfiniBand'; readonly vfs: number }[];
  /** The release whose MFT is declared and missing. */
  readonly installs?: ReleaseName;
}

const TWO = [
  { number: 1, vfs: 8 },
  { number: 2, vfs: 4 },
];
const ONE = [{ number: 1, vfs: 8 }];
const INFINIBAND = [{ number: 1, linkType: 'InfiniBand', vfs: 4 } as const];

export const FLEET_PROFILES: readonly FleetProfile[] = [
  {
    name: 'esxi-67-mft-418',
    why: 'ESXi 6.7 and MFT before 4.22: the oldest layout of mlxconfig',
    host: { profile: { esxi: '6.7', tools: 'withMft', mft: '4.18' }, adapters: [{ model: connectX4Lx }] },
    ports: TWO,
  },
  {
    name: 'esxi-67-bare',
    why: 'ESXi 6.7 as it comes: its tools are installed first',
    host: { profile: { esxi: '6.7', tools: 'bare' }, adapters: [{ model: connectX5En }] },
    ports: TWO,
    installs: '6.7',
  },
  {
    name: 'esxi-70-mft-422',
    why: 'ESXi 7.0 U3, MFT 4.22 and ConnectX-4 VPI, its ports switched to Ethernet',
    host: { profile: { esxi: '7.0u3', tools: 'withMft', mft: '4.22' }, adapters: [{ model: connectX4Vpi }] },
    ports: TWO.map((port) => ({ ...port, linkType: 'Ethernet' as const })),
  },
  {
    name: 'esxi-70-mft-426',
    why: 'MFT 4.26, the last of the old layouts, and a card with one port',
    host: { profile: { esxi: '7.0u3', tools: 'withMft', mft: '4.26', server: 'lenovo' }, adapters: [{ model: connectX5EnSinglePort }] },
    ports: ONE,
  },
  {
    name: 'esxi-80u2-bare',
    why: 'ESXi 8.0 U2 as it comes, with virtual functions listed in decimal',
    host: { profile: { esxi: '8.0u2', tools: 'bare' }, adapters: [{ model: connectX6Dx }] },
    ports: TWO,
    installs: '8.0u2',
  },
  {
    name: 'esxi-80u3-mft-431',
    why: 'ESXi 8.0 U3 with virtual functions in hexadecimal, MFT 4.31 with the wide layout, ConnectX-7 as Ethernet',
    host: { profile: { esxi: '8.0u3', tools: 'withMft', mft: '4.31', server: 'hpe' }, adapters: [{ model: connectX7 }] },
    ports: [{ number: 1, linkType: 'Ethernet', vfs: 8 }],
  },
  {
    name: 'esxi-80u3-mft-436',
    why: 'MFT 4.36: names one column wider again',
    host: { profile: { esxi: '8.0u3', tools: 'withMft', mft: '4.36' }, adapters: [{ model: connectX6Dx }] },
    ports: TWO,
  },
  {
    name: 'oem-psid',
    why: 'a card that Dell sells: a PSID of its own is no obstacle to settings',
    host: { profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: dellConnectX4Lx }] },
    ports: TWO,
  },
  {
    name: 'secure-boot',
    why: 'Secure Boot and signed VIBs',
    host: { profile: { esxi: '7.0u3', tools: 'bare' }, adapters: [{ model: connectX5En }], secureBoot: true },
    ports: TWO,
    installs: '7.0u3',
  },
  {
    name: 'one-session',
    why: 'a hardened sshd: one channel on a connection (MaxSessions 1)',
    host: { profile: { esxi: '8.0u2', tools: 'withMft' }, adapters: [{ model: connectX5En }], misbehaviour: [{ kind: 'maxSessions1' }] },
    ports: TWO,
  },
  {
    name: 'ib-without-override',
    why: 'a port in InfiniBand mode that the driver does not see yet',
    host: { profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: connectX6Vpi }] },
    ports: INFINIBAND,
  },
  {
    name: 'ib-with-override',
    why: 'a port in InfiniBand mode with the subclass override: a downed uplink',
    host: {
      profile: { esxi: '8.0u3', tools: 'withMft', mft: '4.31' },
      adapters: [{ model: connectX6Vpi, linkUp: false, parameters: { ADVANCED_PCI_SETTINGS: 1, FORCE_ETH_PCI_SUBCLASS: 1 } }],
    },
    ports: INFINIBAND,
  },
  {
    name: 'ib-connectx-7',
    why: 'ConnectX-7 comes in InfiniBand mode',
    host: { profile: { esxi: '8.0u3', tools: 'withMft', mft: '4.31' }, adapters: [{ model: connectX7 }] },
    ports: INFINIBAND,
  },
];

/** spec.software of a profile: MFT from the datastore of its host. */
export function softwareOf({ installs }: FleetProfile): readonly object[] {
  if (installs === undefined) return [];
  return [RELEASES[installs].nmst, RELEASES[installs].mft].map(({ name, version }) => ({
    name,
    minVersion: version,
    source: { vib: `/vmfs/volumes/ds1/${name}.vib` },
  }));
}
