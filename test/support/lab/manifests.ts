/** Objects for a simulated host and its VMs, as a user would write them. */
import type { SimHost } from '../../simulator/fleet.ts';
import type { SoapEndpoint } from '../../simulator/soap/soapEndpoint.ts';
import type { VCenter } from '../../simulator/soap/startVCenter.ts';

/** Plain objects: what a user may write, right or wrong. */
export type Manifest = Readonly<Record<string, unknown>> & { readonly metadata: { readonly name: string; readonly namespace: string } };

export function namespaceManifest(name: string): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

export function secretManifest(namespace: string, name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'Opaque', stringData };
}

/** The three Secrets that `hostManifest` refers to. */
export function credentialManifests(namespace: string, host: SimHost): readonly object[] {
  const { username, password } = host.ssh;
  const secrets = [secretManifest(namespace, `${host.world.name}-esxi`, { username, password })];
  if (host.bmc !== undefined)
    secrets.push(secretManifest(namespace, `${host.world.name}-bmc`, { username: host.bmc.username, password: host.bmc.password }));
  return secrets;
}

/** What makes a SriovHost use a vCenter, with the Secret for it. */
export function vcenterPart(
  namespace: string,
  { endpoint, username, password }: VCenter,
): { readonly spec: Readonly<Record<string, unknown>>; readonly secrets: readonly object[] } {
  const vsphere = {
    server: endpoint.server,
    credentialsSecretRef: { name: 'vcenter' },
    certificateFingerprint: endpoint.certificate.fingerprintSha256,
  };
  return { spec: { vsphere }, secrets: [secretManifest(namespace, 'vcenter', { username, password })] };
}

export interface HostManifestOptions {
  readonly namespace: string;
  /** Merged into the spec; an undefined value removes the key. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function hostManifest(
  host: SimHost,
  soap: SoapEndpoint | undefined,
  { namespace, spec, annotations }: HostManifestOptions,
): Manifest {
  const { name } = host.world;
  const bmc =
    host.bmc === undefined
      ? {}
      : {
          bmc: {
            systemUrl: host.bmc.systemUrl,
            credentialsSecretRef: { name: `${name}-bmc` },
            ...(host.bmc.certificateFingerprint === undefined ? {} : { certificateFingerprint: host.bmc.certificateFingerprint }),
          },
        };
  const vsphere =
    soap === undefined
      ? {}
      : {
          vsphere: {
            server: `127.0.0.1:${soap.port}`,
            credentialsSecretRef: { name: `${name}-esxi` },
            certificateFingerprint: soap.certificate.fingerprintSha256,
          },
        };
  const complete = {
    esxi: {
      address: host.ssh.address,
      sshPort: host.ssh.port,
      credentialsSecretRef: { name: `${name}-esxi` },
      hostKeyFingerprints: [host.ssh.hostKeyFingerprint],
    },
    ...vsphere,
    ...bmc,
    ...spec,
  };
  const kept = Object.fromEntries(Object.entries(complete).filter(([, value]) => value !== undefined));
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovHost',
    metadata: { name, namespace, ...(annotations === undefined ? {} : { annotations }) },
    spec: kept,
  };
}

export interface AttachmentManifestOptions {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

export function attachmentManifest({ namespace, name, host, spec }: AttachmentManifestOptions): Manifest {
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovVmAttachment',
    metadata: { name, namespace },
    spec: {
      hostRef: { name: host },
      vm: { name },
      function: { adapter: 'fabric0', port: 1 },
      network: { portGroup: 'VM Network' },
      ...spec,
    },
  };
}

/** MFT for ESXi 7.0 U3 from the simulated datastore. */
export const MFT: readonly object[] = [
  { name: 'nmst', minVersion: '4.22.1.11', source: { vib: '/vmfs/volumes/ds1/nmst.vib' } },
  { name: 'mft', minVersion: '4.22.1.11', source: { vib: '/vmfs/volumes/ds1/mft.vib' } },
];

export const DRIVER: object = { name: 'nmlx5-core', minVersion: '4.21.71.101', source: { depot: '/vmfs/volumes/ds1/nmlx5.zip' } };
