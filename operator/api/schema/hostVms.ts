/** Parts of SriovHost about the VMs that run on the host: what may happen to them, and what has. */
import { z } from 'zod';
import { listMap } from './rules.ts';

export const runningVms = z
  .enum(['Block', 'Evacuate', 'PowerOff'])
  .default('Block')
  .meta({
    description: [
      'What may happen to running VMs before a restart.',
      'Block: they stay and the host waits for you to move or stop them.',
      'Evacuate: DRS moves them to other hosts of the cluster (needs spec.vsphere); a VM that cannot move blocks.',
      'PowerOff: a VM that cannot move is shut down, and powered on again once the host has left maintenance mode.',
    ].join(' '),
  });

export const vmShutdownTimeoutSeconds = z.int().min(1).max(3600).default(300).meta({
  format: 'int32',
  description:
    'How long a guest may take to shut down before the VM is powered off. Counts with runningVms: PowerOff, where no SriovVmAttachment of the VM says otherwise.',
});

export const poweredOffVms = z
  .array(
    z.object({
      moRef: z.string().meta({ description: 'Managed object reference of the VM.' }),
      name: z.string().meta({ description: 'Its name when it was shut down.' }),
      since: z.string().meta({ format: 'date-time', description: 'When the intent was written, before the VM was touched.' }),
      until: z.string().meta({ format: 'date-time', description: 'How long its guest may take to shut down.' }),
      state: z.enum(['ShuttingDown', 'PoweredOff']).meta({ description: 'ShuttingDown: asked to go. PoweredOff: seen without power.' }),
    }),
  )
  .optional()
  .meta({
    description: 'VMs that the operator shut down for a restart and owes their power: they are powered on again, and no others.',
    ...listMap('moRef'),
  });

export const remainingVms = z
  .array(
    z.object({
      moRef: z.string().meta({ description: 'Managed object reference of the VM.' }),
      name: z.string().meta({ description: 'Its name.' }),
      why: z.string().meta({ description: 'Why it is still there.' }),
    }),
  )
  .optional()
  .meta({ description: 'VMs that still run while the host enters maintenance mode.', ...listMap('moRef') });
