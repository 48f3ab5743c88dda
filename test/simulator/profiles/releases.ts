/** ESXi releases that hosts can run, each with the MFT generation of its time. */
import type { EsxiRelease, SimVib } from '../world/hostOptions.ts';

export type ReleaseName = '6.7' | '7.0u3' | '8.0u2' | '8.0u3';

export interface Release {
  readonly esxi: EsxiRelease;
  /** The nmlx5_core driver that comes with ESXi. */
  readonly inboxDriver: SimVib;
  /** NVIDIA's newer driver, as its offline bundle brings it. */
  readonly asyncDriver: SimVib;
  readonly mft: SimVib;
  /** The kernel module is built for each release. */
  readonly nmst: SimVib;
}

function driver(vendor: string, version: string): SimVib {
  return { name: 'nmlx5-core', version, vendor, acceptanceLevel: 'VMwareCertified' };
}

function mellanox(name: string, version: string, esxi?: readonly string[]): SimVib {
  return { name, version, vendor: 'MEL', acceptanceLevel: 'PartnerSupported', esxi };
}

export const RELEASES: Readonly<Record<ReleaseName, Release>> = {
  '6.7': {
    esxi: { version: '6.7.0', build: '14320388', update: 3, patch: 73 },
    inboxDriver: driver('VMW', '4.17.9.12-1vmw.670.0.0.8169922'),
    asyncDriver: driver('MEL', '4.17.71.1-1OEM.670.0.0.8169922'),
    mft: mellanox('mft', '4.18.0.106-0'),
    nmst: mellanox('nmst', '4.18.0.106-1OEM.670.0.0.8169922', ['6.7']),
  },
  '7.0u3': {
    esxi: { version: '7.0.3', build: '24784741', update: 3, patch: 150 },
    inboxDriver: driver('VMW', '4.19.16.11-1vmw.703.0.20.19193900'),
    asyncDriver: driver('MEL', '4.21.71.101-1OEM.702.0.0.17630552'),
    mft: mellanox('mft', '4.22.1.11-0'),
    nmst: mellanox('nmst', '4.22.1.11-1OEM.703.0.0.18434556', ['7.0']),
  },
  '8.0u2': {
    esxi: { version: '8.0.2', build: '22380479', update: 2, patch: 0 },
    inboxDriver: driver('VMW', '4.23.0.36-15vmw.802.0.0.22380479'),
    asyncDriver: driver('MEL', '4.23.6.2-1OEM.800.1.0.20613240'),
    mft: mellanox('mft', '4.26.1.6-0'),
    nmst: mellanox('nmst', '4.26.1.6-1OEM.802.0.0.21974771', ['8.0']),
  },
  '8.0u3': {
    esxi: { version: '8.0.3', build: '24022510', update: 3, patch: 0 },
    inboxDriver: driver('VMW', '4.23.0.66-2vmw.803.0.0.24022510'),
    asyncDriver: driver('MEL', '4.23.6.5-1OEM.803.0.0.23797590'),
    mft: mellanox('mft', '4.30.1.113-0'),
    nmst: mellanox('nmst', '4.30.1.113-1OEM.803.0.0.23797590', ['8.0']),
  },
};
