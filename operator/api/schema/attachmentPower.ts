/** Parts of the status of SriovVmAttachment about power-ons: those that vSphere refused, and what became of the one that worked. */
import { z } from 'zod';

const time = (description: string) => z.string().meta({ format: 'date-time', description });
const generation = z.int().meta({ format: 'int64', description: 'Generation of the spec.' });

export const powerOnFailures = z
  .object({ generation, count: z.int().meta({ format: 'int32', description: 'Refusals in a row.' }) })
  .optional()
  .meta({ description: 'Power-ons with the card that vSphere refused; after the fifth the operator stops.' });

export const poweredOn = z
  .object({ time: time('When.') })
  .optional()
  .meta({ description: 'The last power-on by the operator for this attachment.' });

export const died = z
  .object({
    afterSeconds: z.int().meta({ format: 'int32', description: 'Time between the power-on and the look that found the VM off.' }),
    time: time('When it was found off.'),
  })
  .optional()
  .meta({
    description:
      'The VM was found off soon after the operator had powered it on, and not by an orderly shutdown. Gone once it runs, and with a retry.',
  });
