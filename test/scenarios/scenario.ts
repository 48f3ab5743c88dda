/** A scenario as data: a world, what a user declares, what comes of it. docs/testing.md says how they are run. */
import type { AddHostOptions, SimHost } from '../simulator/fleet.ts';
import type { SoapEndpoint } from '../simulator/soap/soapEndpoint.ts';
import type { VCenter } from '../simulator/soap/startVCenter.ts';
import type { NewVm, SimVm } from '../simulator/world/vm.ts';
import type { Lab } from '../support/lab/lab.ts';
import type { ReasonRecorder } from './reasonRecorder.ts';

/** The stage that a scenario plays on. */
export interface Stage {
  readonly lab: Lab;
  readonly namespace: string;
  readonly host: SimHost;
  readonly soap: SoapEndpoint;
  /** Of `otherHosts`, in their order; no SriovHost declares them. */
  readonly otherHosts: readonly SimHost[];
  /** Of a scenario with `vcenter`: it manages the host and the others, and the SriovHost points at it. */
  readonly vcenter: VCenter | undefined;
  /** In the order of `vms`. */
  readonly vms: readonly SimVm[];
  /** `namespace/name` of the SriovHost. */
  readonly hostKey: string;
  /** What the objects of this scenario have said so far. */
  readonly reasons: ReasonRecorder;
  /** Applies the SriovHost (again), with these changes to its spec and annotations. */
  applyHost(spec?: Readonly<Record<string, unknown>>, annotations?: Readonly<Record<string, string>>): Promise<void>;
  applyAttachment(name: string, spec?: Readonly<Record<string, unknown>>): Promise<void>;
}

/** A VM of the scenario: on its host, or on one of `otherHosts` by index. */
export type ScenarioVm = Omit<NewVm, 'hostId'> & { readonly onOtherHost?: number };

export interface Expected {
  /** Ready of the SriovHost at the end. */
  readonly ready: boolean;
  /** Reason of Ready at the end; default `Succeeded` where `ready`. */
  readonly reason?: string;
  /** Part of the message of Ready: what the user is told to do. */
  readonly message?: RegExp;
  /** Restarts of the host; compared with an exhaustive search where the host gets ready. */
  readonly restarts: number;
  /** By attachment name, or `namespace/name` of another namespace: its Ready reason at the end. */
  readonly attachments?: Readonly<Record<string, string>>;
  /** Times that VMs were powered off or shut down, all together; of attachments compared with what was asked for is worth. */
  readonly vmPowerOffs?: number;
  /** Changes that the server refuses before they reach its inventory, where they would be seen to be worth a power-off. */
  readonly deniedChanges?: number;
}

export interface Scenario {
  readonly name: string;
  readonly kind: 'host' | 'attachment' | 'bad-input';
  readonly why: string;
  readonly world?: Omit<AddHostOptions, 'name'>;
  /** Merged into the usual manifest; undefined removes a key. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Changes to `spec` that need the stage, such as its ports. */
  readonly specFor?: (stage: Stage) => Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Further hosts of the same vCenter. */
  readonly otherHosts?: readonly Omit<AddHostOptions, 'name' | 'address'>[];
  /** True: VMs are reached through a vCenter; else through the host itself. */
  readonly vcenter?: boolean;
  readonly vms?: readonly ScenarioVm[];
  /** Applied once the host object is there: name -> spec. */
  readonly attachments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Changes the stage before anything is applied. */
  readonly prepare?: (stage: Stage) => Promise<void> | void;
  /** What happens after the objects are applied, up to the state that `expect` describes. */
  readonly play?: (stage: Stage) => Promise<void>;
  readonly expect: Expected;
  /** Further claims about the end; throws when one does not hold. */
  readonly verify?: (stage: Stage) => Promise<void> | void;
  /** What the runbook (docs/reasons.md) tells to do about this end. Everything that was not Ready has to become so. */
  readonly remedy?: (stage: Stage) => Promise<void> | void;
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly kind: Scenario['kind'];
  readonly ready: boolean;
  readonly reason: string;
  readonly restarts: number;
  readonly optimum: number;
  readonly vmPowerOffs: number;
  readonly vmPowerOffOptimum: number;
  readonly sshExecs: number;
  readonly apiWrites: number;
  readonly events: number;
  readonly seconds: number;
}
