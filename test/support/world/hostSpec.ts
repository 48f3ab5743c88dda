/** Specs for tests, with the defaults that the API server would fill in. */
import type { AdapterSpec, SriovHostSpec } from '../../../operator/api/types.ts';

export function adapterSpec(name: string, pciAddress: string, ports: AdapterSpec['ports'], more: Partial<AdapterSpec> = {}): AdapterSpec {
  return { name, selector: { pciAddress }, ports, ...more };
}

const at = (name: string) => `/vmfs/volumes/ds1/${name}`;

/** The MFT packages of test/simulator/depot.ts for ESXi 7.0 U3. */
export const MFT_SOFTWARE: SriovHostSpec['software'] = [
  { name: 'nmst', minVersion: '4.22.1.11', source: { vib: at('nmst.vib') } },
  { name: 'mft', minVersion: '4.22.1.11', source: { vib: at('mft.vib') } },
];

export const DRIVER_SOFTWARE: SriovHostSpec['software'] = [
  { name: 'nmlx5-core', minVersion: '4.21.71.101', source: { depot: at('nmlx5.zip') } },
];

export function hostSpec(more: Partial<SriovHostSpec> & Pick<SriovHostSpec, 'adapters'>): SriovHostSpec {
  return {
    esxi: { address: '127.0.0.1', sshPort: 22, credentialsSecretRef: { name: 'host' }, trustOnFirstUse: true },
    bmc: { systemUrl: 'http://127.0.0.1/redfish/v1/Systems/1', credentialsSecretRef: { name: 'host' } },
    software: [],
    disruption: {
      approval: 'Automatic',
      runningVms: 'Block',
      vmShutdownTimeoutSeconds: 300,
      maxRestarts: 4,
      maintenanceTimeoutSeconds: 600,
      restartTimeoutSeconds: 1800,
      forceOff: 'Never',
      cleanShutdownTimeoutSeconds: 600,
    },
    attachments: { from: 'Same' },
    mode: 'Enforce',
    deletionPolicy: 'Untouched',
    ...more,
  };
}
