/** Part of the status of SriovHost: the machine as its BMC names it, so that a host is found by the sticker on its front. */
import { z } from 'zod';

export const hardware = z
  .object({
    manufacturer: z.string().optional().meta({ description: 'Manufacturer.' }),
    model: z.string().optional().meta({ description: 'Model.' }),
    serialNumber: z.string().optional().meta({ description: 'Serial number of the system.' }),
  })
  .optional()
  .meta({ description: 'The machine as its BMC names it; absent without spec.bmc.' });
