/** What a look at an attachment shows: every fact is known, or unknown with its reason. Data only. */
import type { AttachmentReason } from '../../api/reasons.ts';
import type { SriovHost } from '../../api/types.ts';
import type { PortError } from '../../ports/errors.ts';
import type { SriovCard, Vm, VsphereHost, VsphereNetwork, VspherePhysicalFunction } from '../../ports/vsphere.ts';
import type { Because, Fact } from '../fact.ts';
import type { Accounting } from './accounting.ts';
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
  /** Memory setting before any attachment of this VM locked it, as another attachment recorded it. */
  readonly originalMemory: MemorySetting | undefined;
  /** Other attachments of the same VM that are about to change it: worth one power-off less. */
  readonly pendingSiblings: readonly string[];
  /** The first failure of a port during the look; it decides between back-off and Stalled. */
  readonly failure: PortError | undefined;
}

export interface HostPort {
  readonly pciAddress: string;
  readonly macAddress: string | undefined;
}
