/** Schema parts shared by the kinds. Only the generator and tests load these files; the operator imports their types. */
import { z } from 'zod';

/** A CEL rule that the API server checks at admission: https://kubernetes.io/docs/reference/using-api/cel/ */
export interface CelRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly fieldPath?: string;
  readonly reason?: string;
}

export const cel = (...rules: CelRule[]): Record<string, unknown> => ({ 'x-kubernetes-validations': rules });
export const listMap = (...keys: string[]): Record<string, unknown> => ({
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
});
export const atomicList: Record<string, unknown> = { 'x-kubernetes-list-type': 'atomic' };

export const dnsName = z.string().min(1).max(253);

export const secretRef = z
  .object({
    name: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
      .meta({ description: 'Name of a Secret in the namespace of this object.' }),
  })
  .meta({ description: 'A Secret in the same namespace.' });

export const macAddress = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/)
  .meta({ description: 'Six octets in hexadecimal with colons, for example b8:59:9f:aa:bb:cc.' });

export const pciAddress = z
  .string()
  .regex(/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/)
  .meta({ description: 'Segment, bus, device and function in lower-case hexadecimal, for example 0000:3b:00.0.' });

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: 'SHA-256 of the file, 64 lower-case hexadecimal digits.' });

export const certificateFingerprint = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/)
  .meta({ description: 'SHA-256 fingerprint of the server certificate, 64 hexadecimal digits with or without colons.' });

export const caBundle = z.string().min(1).max(65536).meta({ description: 'PEM certificates of the authorities that sign the server certificate.' });

export const condition = z
  .object({
    type: z
      .string()
      .max(316)
      .regex(/^[A-Z][A-Za-z]*$/)
      .meta({ description: 'Name of the condition.' }),
    status: z.enum(['True', 'False', 'Unknown']).meta({ description: 'Whether it holds; Unknown while the operator cannot tell.' }),
    observedGeneration: z.int().min(0).optional().meta({ format: 'int64', description: 'Generation of the spec that this was computed from.' }),
    lastTransitionTime: z.string().meta({ format: 'date-time', description: 'When status last changed.' }),
    reason: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
      .meta({ description: 'Stable CamelCase word; docs/reasons.md has an entry for each.' }),
    message: z.string().max(32768).meta({ description: 'For people: what, why, and what to do.' }),
  })
  .meta({ description: 'An observation in the form of the Kubernetes API conventions.' });

export const conditions = z
  .array(condition)
  .optional()
  .meta({ description: 'Ready, Reconciling and Stalled (kstatus), and one for each part of the work.', ...listMap('type') });

export const problem = z
  .object({
    reason: z.string().min(1).meta({ description: 'Stable CamelCase word; docs/reasons.md has an entry for each.' }),
    message: z.string().meta({ description: 'What is wrong and what to do.' }),
  })
  .meta({ description: 'Why this part is not as declared.' });

export const journalEntry = z
  .object({
    time: z.string().meta({ format: 'date-time', description: 'When the action ended.' }),
    action: z.string().meta({ description: 'What was done, for example InstallVib.' }),
    subject: z.string().meta({ description: 'To what, for example an adapter, a VIB or a VM.' }),
    result: z.enum(['Succeeded', 'Failed', 'Sent']).meta({ description: 'Sent: the command went out and its effect is awaited.' }),
    durationSeconds: z.int().min(0).meta({ format: 'int64', description: 'How long it took.' }),
    detail: z.string().max(1024).optional().meta({ description: 'Before and after, or the error. Never a secret.' }),
  })
  .meta({ description: 'One action of the operator on the outside world.' });

export const journal = z
  .array(journalEntry)
  .max(20)
  .optional()
  .meta({ description: 'The last actions, newest last.', ...atomicList });

export const planStep = z
  .object({
    kind: z.string().meta({ description: 'What will be done, for example SetFirmwareParameters.' }),
    subject: z.string().meta({ description: 'To what.' }),
    description: z.string().max(2048).meta({ description: 'In words, with values before and after.' }),
    because: z.string().meta({ description: 'Name of the rule that asks for it.' }),
    disruption: z.enum(['None', 'Maintenance', 'Restart', 'VmPowerOff']).meta({ description: 'What it takes from running workloads.' }),
    expected: z
      .boolean()
      .optional()
      .meta({ description: 'True where the step is foreseen and will be decided once an earlier step shows the facts.' }),
  })
  .meta({ description: 'One step of the plan.' });
