/** Parts of SriovHost about the way back: what was found, what drifted, which verbs were taken up, what deletion leaves behind. */
import { z } from 'zod';
import { foundPassthrough } from './physicalFunction.ts';
import { atomicList, listMap } from './rules.ts';

export const deletionPolicy = z
  .enum(['Untouched', 'Restore'])
  .default('Untouched')
  .meta({
    description: [
      'What deleting this object does to the host.',
      'Untouched: the host keeps its configuration.',
      'Restore: firmware parameters and driver options of status.snapshot are brought back first, with one restart under spec.disruption; VIBs and burned firmware stay.',
    ].join(' '),
  });

export const drift = z
  .object({
    detectedTime: z.string().meta({ format: 'date-time', description: 'When it was first seen.' }),
    fields: z
      .array(z.string().max(1024))
      .max(64)
      .meta({
        description: 'Each with its layer, the declared value and the one found, for example `firmware fabric0: NUM_OF_VFS 8 -> 4`.',
        ...atomicList,
      }),
  })
  .optional()
  .meta({ description: 'What changed on the host since it was Ready; until it is Ready again.' });

const foundAdapter = z.object({
  name: z.string().meta({ description: 'As in spec.adapters.' }),
  pciAddress: z.string().meta({ description: 'PCI address of its first function then: on another card nothing is restored.' }),
  macAddress: z.string().optional().meta({ description: 'MAC address of its first port then.' }),
  firmwareVersion: z.string().optional().meta({ description: 'Version on flash. Not restored.' }),
  parameters: z
    .array(
      z.object({
        name: z.string().meta({ description: 'Name of the mlxconfig parameter.' }),
        value: z.string().meta({ description: 'Its value for the next start before the operator first set it.' }),
      }),
    )
    .optional()
    .meta({ description: 'Firmware parameters that the operator set.', ...listMap('name') }),
});

export const snapshot = z
  .object({
    takenTime: z.string().meta({ format: 'date-time', description: 'When its first entry was written.' }),
    software: z
      .array(
        z.object({
          name: z.string().meta({ description: 'VIB name.' }),
          version: z.string().meta({ description: 'Version that ran, or none. Not restored.' }),
        }),
      )
      .optional()
      .meta({ description: 'VIBs that the operator installed.', ...listMap('name') }),
    adapters: z
      .array(foundAdapter)
      .optional()
      .meta({ description: 'Adapters whose firmware the operator changed.', ...listMap('name') }),
    driver: z
      .object({
        options: z.string().meta({ description: 'Option string of nmlx5_core before the operator first set it.' }),
        functions: z
          .array(z.string())
          .meta({ description: 'PCI addresses that the entries of its max_vfs were for, in order.', ...atomicList }),
        macAddresses: z.array(z.string()).meta({ description: 'Their MAC addresses, empty where unknown.', ...atomicList }),
      })
      .optional()
      .meta({ description: 'The driver as it was configured.' }),
    passthrough: foundPassthrough,
  })
  .optional()
  .meta({
    description:
      'What was found, written before the first change of each entry and never overwritten. The annotation restore goes back to it.',
  });

export const acknowledged = z
  .object({
    retry: z.string().optional().meta({ description: 'Value of the retry annotation that was acted on.' }),
    approve: z.string().optional().meta({ description: 'Value of the approve annotation that was last taken up.' }),
    restore: z.string().optional().meta({ description: 'Value of the restore annotation that is acted on.' }),
    hold: z.string().optional().meta({ description: 'Value of the hold annotation while it is obeyed; gone once the object is released.' }),
    detach: z.string().optional().meta({ description: 'Value of the detach annotation while it is obeyed.' }),
  })
  .optional()
  .meta({ description: 'Verbs that the operator has taken up.' });

export const detach = z
  .object({
    requestedTime: z.string().meta({ format: 'date-time', description: 'When the annotation was first seen.' }),
    completedTime: z
      .string()
      .optional()
      .meta({ format: 'date-time', description: 'When the operator let the host go: since then it has not touched it.' }),
  })
  .optional()
  .meta({ description: 'How far the annotation detach is carried out; absent without it.' });
