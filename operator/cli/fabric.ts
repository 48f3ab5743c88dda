/** InfiniBand in a few words: the link of an attachment, the Subnet Manager behind it, and ports that a VM has as a whole. Pure. */
import { findCondition } from '../api/conditions.ts';
import type { Condition, SriovHost, SriovVmAttachment } from '../api/types.ts';

/** As the operator judges it: what is seen alone does not tell why. */
export type Verdict = Pick<Condition, 'status' | 'reason'>;

export interface FabricView {
  /** GUID of the virtual function, or of the port that the guest has as a whole. */
  readonly guid?: string;
  /** InfiniBand link as the guest shows it, for example Active. */
  readonly link?: string;
  /** Master, Standby, ... where the guest is a Subnet Manager. */
  readonly subnetManager?: string;
  readonly linkActive?: Verdict;
  readonly subnetManagerReady?: Verdict;
}

export type Passthrough = NonNullable<NonNullable<SriovHost['status']>['passthrough']>[number];

export function fabricView({ status }: Pick<SriovVmAttachment, 'status'>): FabricView {
  const guid = status?.device?.guid ?? status?.link?.guid;
  const linkActive = verdictOf(status?.conditions, 'LinkActive');
  const subnetManagerReady = verdictOf(status?.conditions, 'SubnetManagerReady');
  return {
    ...(guid === undefined ? {} : { guid }),
    ...(status?.link === undefined ? {} : { link: status.link.state }),
    ...(status?.subnetManager === undefined ? {} : { subnetManager: status.subnetManager.state }),
    ...(linkActive === undefined ? {} : { linkActive }),
    ...(subnetManagerReady === undefined ? {} : { subnetManagerReady }),
  };
}

function verdictOf(conditions: readonly Condition[] | undefined, type: 'LinkActive' | 'SubnetManagerReady'): Verdict | undefined {
  const condition = findCondition(conditions, type);
  return condition === undefined ? undefined : { status: condition.status, reason: condition.reason };
}

/** Nothing for Ethernet, and nothing about a guest that nobody may ask. */
export function fabricWords({ link, linkActive, subnetManager, subnetManagerReady }: FabricView): readonly string[] {
  const unseen = linkActive !== undefined && linkActive.reason !== 'GuestNotReadable' ? [`link unknown (${linkActive.reason})`] : [];
  return [...(link === undefined ? unseen : [`link ${link}`]), ...managerWords(subnetManager, subnetManagerReady)];
}

function managerWords(state: string | undefined, verdict: Verdict | undefined): readonly string[] {
  const why = verdict?.status === 'False' ? ` (${verdict.reason})` : '';
  if (state !== undefined) return [`Subnet Manager ${state}${why}`];
  return why === '' ? [] : [`no Subnet Manager${why}`];
}

export function passthroughOf({ status }: SriovHost, adapter: string, port: number): Passthrough | undefined {
  return status?.passthrough?.find((entry) => entry.adapter === adapter && entry.port === port);
}

/** How far a port is on its way to a VM or back; undefined where nobody asks and nothing is set. */
export function passthroughWords({ configured, active, requestedBy, problem }: Passthrough): string | undefined {
  if (problem !== undefined) return `${problem.reason}: ${problem.message}`;
  if (active) return configured ? 'passed through' : 'passed through until the next restart';
  if (configured) return 'passed through after the next restart';
  return requestedBy.length === 0 ? undefined : `asked for by ${requestedBy.join(', ')}`;
}
