/** What would make an installation of VIBs wrong: seen before anything is written, and only where a VIB is about to be installed. Reads only. */
import type { SriovHost } from '../../../api/types.ts';
import type { VibSource } from '../../../ports/esxiHost.ts';
import { type Fact, known } from '../../fact.ts';
import type { HostMemory } from '../memory.ts';
import type { HostObservation, SoftwarePreflight, UnsignedVib } from '../observation.ts';
import { attempt, type HostPorts } from '../observe.ts';
import type { HostPlan } from '../plan.ts';
import type { HostStep } from '../steps.ts';
import type { VsphereDoor } from './vms.ts';

export interface LookBeforeInstalling {
  readonly host: SriovHost;
  readonly ports: HostPorts;
  readonly vsphere: () => Promise<Fact<VsphereDoor>>;
  readonly observation: HostObservation;
  readonly memory: HostMemory;
}

type InstallVib = Extract<HostStep, { kind: 'InstallVib' }>;

export async function lookAtSoftware<L extends LookBeforeInstalling>(
  look: L,
  { plan, signal }: { readonly plan: (look: L) => HostPlan; readonly signal: AbortSignal },
): Promise<L> {
  const { observation, ports } = look;
  const missing = observation.vibs.known && observation.stagedVibs.known && look.host.spec.software.length > 0;
  if (!observation.host.known || !ports.host.known || !missing) return look;
  const installs = plan(look).steps.filter((step): step is InstallVib => step.kind === 'InstallVib');
  if (installs.length === 0) return look;
  const unsigned: UnsignedVib[] = [];
  for (const { name, source } of installs) unsigned.push(...(await unsignedIn(ports, { name, source }, signal)));
  const esxi = ports.host.value;
  const software: SoftwarePreflight = {
    imageManaged: await imageManaged(look, signal),
    unsigned,
    secureBoot: unsigned.length === 0 ? undefined : await attempt(() => esxi.secureBoot(signal)),
  };
  return { ...look, observation: { ...observation, software } };
}

/** A file that cannot be read is the installation's own trouble, and said there. */
async function unsignedIn(
  { host }: HostPorts,
  { name, source }: { readonly name: string; readonly source: VibSource },
  signal: AbortSignal,
): Promise<readonly UnsignedVib[]> {
  if (!host.known) return [];
  const offered = await attempt(() => host.value.offeredVibs(source, signal));
  if (!offered.known) return [];
  return offered.value
    .filter((vib) => vib.acceptanceLevel === 'CommunitySupported' && (source.kind === 'vib' || vib.name === name))
    .map(({ version }) => ({ name, version, location: source.location }));
}

/** Only a vCenter knows of images; where none is declared, nobody can tell. */
async function imageManaged({ host, vsphere }: LookBeforeInstalling, signal: AbortSignal): Promise<Fact<boolean> | undefined> {
  if (host.spec.vsphere === undefined || host.spec.installOnImageManagedHost === true) return undefined;
  const door = await vsphere();
  if (!door.known) return door;
  const facts = await attempt(() => door.value.vsphere.hostManagement(door.value.hostMoRef, signal));
  return facts.known ? known(facts.value.imageManaged === true) : facts;
}
