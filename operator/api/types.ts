/** The kinds as TypeScript types, inferred from the schemas that also make the CRDs. Erased at run time. */
import type { z } from 'zod';
import type { condition, journalEntry, planStep, problem } from './schema/common.ts';
import type { sriovHostSpec } from './schema/sriovHost.ts';
import type { sriovHostStatus } from './schema/sriovHostStatus.ts';
import type { sriovVmAttachmentSpec } from './schema/sriovVmAttachment.ts';
import type { sriovVmAttachmentStatus } from './schema/sriovVmAttachmentStatus.ts';

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

type DeepReadonly<T> = T extends (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export type Condition = DeepReadonly<z.output<typeof condition>>;
export type JournalEntry = DeepReadonly<z.output<typeof journalEntry>>;
export type PlanStep = DeepReadonly<z.output<typeof planStep>>;
export type Problem = DeepReadonly<z.output<typeof problem>>;
export type SriovHostSpec = DeepReadonly<z.output<typeof sriovHostSpec>>;
export type SriovHostStatus = DeepReadonly<z.output<typeof sriovHostStatus>>;
export type SriovVmAttachmentSpec = DeepReadonly<z.output<typeof sriovVmAttachmentSpec>>;
export type SriovVmAttachmentStatus = DeepReadonly<z.output<typeof sriovVmAttachmentStatus>>;

interface KubernetesObject<Kind extends string, Spec, Status> {
  readonly apiVersion: 'sriov.esxi.io/v1alpha1';
  readonly kind: Kind;
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
  readonly status?: Status;
}

export type SriovHost = KubernetesObject<'SriovHost', SriovHostSpec, SriovHostStatus>;
export type SriovVmAttachment = KubernetesObject<'SriovVmAttachment', SriovVmAttachmentSpec, SriovVmAttachmentStatus>;

export type AdapterSpec = SriovHostSpec['adapters'][number];
export type SoftwareSpec = SriovHostSpec['software'][number];
export type AdapterStatus = NonNullable<SriovHostStatus['adapters']>[number];
export type RestartRecord = NonNullable<NonNullable<SriovHostStatus['restarts']>['last']>;
