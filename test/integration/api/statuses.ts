/** Statuses as the operator writes them: typed ones for what people see, and one with every field that the schema knows. */
import { mergeConditions } from '../../../operator/api/conditions.ts';
import type { Condition, SriovHostStatus, SriovVmAttachmentStatus } from '../../../operator/api/types.ts';

const NOW = new Date('2026-05-06T07:08:09Z');

const ready = (status: 'True' | 'False'): Condition[] =>
  mergeConditions(undefined, [{ type: 'Ready', status, reason: 'Succeeded', message: 'Everything is as declared.' }], 1, NOW);

export const hostStatus = (status: 'True' | 'False' = 'True'): SriovHostStatus => ({
  observedGeneration: 1,
  conditions: ready(status),
  progress: 'as declared',
  esxi: { version: '8.0.3' },
  restarts: { count: 2, total: 3 },
  vfs: { desired: 8, present: 7 },
});

export const attachmentStatus = (status: 'True' | 'False' = 'True'): SriovVmAttachmentStatus => ({
  observedGeneration: 1,
  conditions: ready(status),
  progress: 'attached',
  vm: { moRef: 'vm-42', name: 'db-01', powerState: 'poweredOn' },
  device: { key: 4000, macAddress: '00:50:56:3f:00:01', physicalFunction: '0000:3b:00.0', virtualFunction: '0000:3b:00.2' },
});

type Schema = Readonly<Record<string, unknown>>;

/** A value with every field of a structural schema, each list with one entry. */
export function fullSample(schema: Schema): unknown {
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  switch (schema['type']) {
    case 'object': {
      const fields = Object.entries((schema['properties'] as Readonly<Record<string, Schema>> | undefined) ?? {});
      const values = schema['additionalProperties'] as Schema | undefined;
      return {
        ...Object.fromEntries(fields.map(([name, field]) => [name, fullSample(field)])),
        ...(values && { key: fullSample(values) }),
      };
    }
    case 'array':
      return [fullSample(schema['items'] as Schema)];
    case 'integer':
      return schema['minimum'] ?? 1;
    case 'boolean':
      return true;
    default:
      return schema['format'] === 'date-time' ? '2026-05-06T07:08:09Z' : 'Text';
  }
}
