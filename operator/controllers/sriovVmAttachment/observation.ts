/** What a look at an attachment shows: every fact is known, or unknown with its reason. Data only. */
import type { AttachmentReason } from '../../api/reasons.ts';
import type { SriovHost } from '../../api/types.ts';
import type { PortError } from '../../ports/errors.ts';
import type { Privilege } from '../../ports/privileges.ts';
import type {
  DrsLevel,
  RelocationFacts,
  ReservableMemory,
  SriovCard,
  Vm,
  VsphereHost,
  VsphereNetwork,
  VspherePhysicalFunction,
} from '../../ports/vsphere.ts';
import type { Because, Fact } from '../fact.ts';
import type { Accounting } from './accounting.ts';
import type { GuestLook } from './guest/look.ts';
import type { Subnet } from './guest/subnet.ts';
import type { MemorySetting } from './memory.ts';

export type AttachmentFact<T> = Fact<T, AttachmentReason>;

export interface Observation {
  /** The SriovHost: it exists, lets this namespace in, and declares the adapter and the port. */
  readonly host: AttachmentFact<SriovHost>;
  /** The physical function as the SriovHost reports it. */
  readonly port: AttachmentFact<HostPort>;
  /** The same host in vSphere. */
  readonly vsphereHost: AttachmentFact<VsphereHost>;
  /** The same physical function in vSphere, with active virtual functions. */
  readonly physicalFunction: AttachmentFact<VspherePhysicalFunction>;
  readonly vm: AttachmentFact<Vm>;
  /** Why the VM may not be changed although it is known: it was touched while it was allowed, and is owed its power. */
  readonly vmRefused?: Because<AttachmentReason> | undefined;
  /** The card that the operator added; known and undefined when it is not in the VM. */
  readonly card: AttachmentFact<SriovCard | undefined>;
  readonly network: AttachmentFact<VsphereNetwork>;
  /** Read only while the card is missing or differs. */
  readonly accounting: AttachmentFact<Accounting>;
  /** Read only where all memory of the VM is to be reserved; undefined where vSphere does not tell. */
  readonly reservable?: ReservableMemory | undefined;
  /** Rights that the vSphere user lacks for a change; read only just before one, undefined where the server does not tell. */
  readonly lacking?: readonly Privilege[] | undefined;
  /** Read only where the VM is to be taken out of DRS, or was. */
  readonly drs?: AttachmentFact<DrsFacts> | undefined;
  /** Read only where the VM has to be moved to the host, and may be. */
  readonly relocation?: AttachmentFact<RelocationFacts> | undefined;
  /** Attachments that want the VM on other hosts. */
  readonly claimedElsewhere?: readonly string[] | undefined;
  /** Memory setting before any attachment of this VM locked it, as another attachment recorded it. */
  readonly originalMemory: MemorySetting | undefined;
  /** Other attachments of the same VM that are about to change it: worth one power-off less. */
  readonly pendingSiblings: readonly string[];
  /** Of those the ones whose cards come first, with the times of their creation. */
  readonly earlierSiblings?: readonly { readonly key: string; readonly created: string }[];
  /** The InfiniBand subnet that the port is on; undefined for an Ethernet port. */
  readonly subnet?: Subnet | undefined;
  /** The inside of the guest; undefined where it was not asked. */
  readonly guest?: AttachmentFact<GuestLook> | undefined;
  /** The first failure of a port during the look; it decides between back-off and Stalled. */
  readonly failure: PortError | undefined;
}

export interface DrsFacts {
  /** Undefined for a host that stands in none. */
  readonly cluster: string | undefined;
  /** Of the cluster. */
  readonly level: DrsLevel;
  /** Of the VM, where it has one of its own. */
  readonly own: DrsLevel | undefined;
}

export interface HostPort {
  readonly pciAddress: string;
  readonly macAddress: string | undefined;
  readonly linkType?: 'Ethernet' | 'InfiniBand' | undefined;
}
