/** Whole hosts: a release, with or without MFT, in a server of a vendor. */
import type { BiosProfile, HostProfile, SimVib } from '../world/hostOptions.ts';
import { RELEASES, type Release, type ReleaseName } from './releases.ts';

export interface HostProfileOptions {
  readonly esxi?: ReleaseName;
  /** `bare`: only the driver that comes with ESXi; `withMft`: mft and nmst run already. */
  readonly tools?: 'bare' | 'withMft';
  /** Generation of MFT, for its output; default: that of the release's time. */
  readonly mft?: MftGeneration;
  readonly server?: keyof typeof SERVERS;
  /** Reset types that the BMC allows; default: those of the vendor. */
  readonly resetTypes?: readonly string[];
}

interface Server {
  readonly manufacturer: string;
  readonly model: string;
  readonly bios: BiosProfile;
  readonly resetTypes: readonly string[];
}

const RESETS = ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart'];

const SERVERS = {
  dell: {
    manufacturer: 'Dell Inc.',
    model: 'PowerEdge R750',
    bios: {
      attributes: { SriovGlobalEnable: 'Enabled', ProcVirtualization: 'Enabled', BootMode: 'Uefi', NumLock: 'On', AcPwrRcvryUserDelay: 60 },
      sriovAttribute: 'SriovGlobalEnable',
      sriovEnabledValue: 'Enabled',
    },
    resetTypes: [...RESETS, 'PowerCycle'],
  },
  hpe: {
    manufacturer: 'HPE',
    model: 'ProLiant DL380 Gen11',
    bios: {
      attributes: { Sriov: 'Enabled', ProcX2Apic: 'Enabled', WorkloadProfile: 'Custom' },
      sriovAttribute: 'Sriov',
      sriovEnabledValue: 'Enabled',
    },
    resetTypes: RESETS,
  },
  lenovo: {
    manufacturer: 'Lenovo',
    model: 'ThinkSystem SR650 V3',
    bios: {
      attributes: { DevicesandIOPorts_SRIOV: 'Enabled', Processors_APICMode: 'x2APIC' },
      sriovAttribute: 'DevicesandIOPorts_SRIOV',
      sriovEnabledValue: 'Enabled',
    },
    resetTypes: RESETS,
  },
} satisfies Record<string, Server>;

export function hostProfile(options: HostProfileOptions = {}): HostProfile {
  const release = RELEASES[options.esxi ?? '7.0u3'];
  const server: Server = SERVERS[options.server ?? 'dell'];
  const { mft, nmst } = toolsOf(release, options.mft);
  const tools = options.tools === 'withMft' ? [mft, nmst] : [];
  return {
    esxi: release.esxi,
    vibs: [...baseImage(release), release.inboxDriver, ...tools],
    bios: server.bios,
    manufacturer: server.manufacturer,
    model: server.model,
    resetTypes: options.resetTypes ?? server.resetTypes,
  };
}

/** The layouts of their output differ (test/simulator/ssh/tools/mlxconfigLayout.ts); only the first two numbers count. */
const MFT_GENERATIONS = {
  '4.18': '4.18.0.106',
  '4.22': '4.22.1.11',
  '4.26': '4.26.1.6',
  '4.31': '4.31.0.149',
  '4.36': '4.36.0.1',
} as const;

export type MftGeneration = keyof typeof MFT_GENERATIONS;

function toolsOf({ mft, nmst }: Release, generation: MftGeneration | undefined): { readonly mft: SimVib; readonly nmst: SimVib } {
  if (generation === undefined) return { mft, nmst };
  const version = MFT_GENERATIONS[generation];
  return { mft: { ...mft, version: `${version}-0` }, nmst: { ...nmst, version: nmst.version.replace(/^[^-]+/, version) } };
}

function baseImage(release: Release): readonly SimVib[] {
  const { version, update, patch, build } = release.esxi;
  const certified = { vendor: 'VMware', acceptanceLevel: 'VMwareCertified' } as const;
  return [
    { ...certified, name: 'esx-base', version: `${version}-${update}.${patch}.${build}` },
    { ...certified, name: 'esx-ui', version: `2.9.2-${build}` },
    { name: 'ntg3', version: '4.1.7.0-0vmw', vendor: 'VMW', acceptanceLevel: 'VMwareCertified' },
  ];
}
