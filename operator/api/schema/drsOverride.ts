/** SriovVmAttachment: whether the VM is taken out of DRS, and what was there before. */
import { z } from 'zod';

export const drsOverride = z.enum(['Leave', 'Disable']).optional().meta({
  description:
    'In a DRS cluster. Disable: DRS makes no migration and no placement at power-on for this VM, by an override of its own; deletion with deletionPolicy Detach brings back what was there. Left out: Leave.',
});

export const drsOverrideStatus = z
  .object({
    found: z
      .enum(['None', 'Manual', 'PartiallyAutomated', 'FullyAutomated'])
      .meta({ description: 'Level that the VM had of its own before; None: that of the cluster.' }),
  })
  .optional()
  .meta({ description: 'Present once the operator has taken the VM out of DRS: what it brings back.' });
