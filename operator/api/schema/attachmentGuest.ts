/** Parts of SriovVmAttachment that are about the inside of the VM: the account there, the Subnet Manager, the link as the guest sees it. */
import { z } from 'zod';
import { secretRef } from './common.ts';
import { type CelRule, matching } from './rules.ts';

const guestPath = (description: string, example: string): z.ZodString =>
  matching({
    pattern: /^(\/[A-Za-z0-9_][A-Za-z0-9._+-]*)+$/,
    mustBe: `an absolute path in the guest, of letters, digits and . _ + - only, for example ${example}`,
    description,
    maxLength: 255,
  });

/** spec.guest */
export const guest = z.object({ credentialsSecretRef: secretRef }).meta({
  description:
    'An account inside the guest (keys username and password of the Secret), used through VMware Tools: to tell whether the InfiniBand link is Active, and to run the Subnet Manager, which needs root. Left out: nothing is read or written inside the guest.',
});

/** spec.subnetManager */
export const subnetManager = z
  .object({
    priority: z.int().min(0).max(15).optional().meta({
      format: 'int32',
      description: 'sm_priority: the Subnet Manager with the highest one of a subnet is its master. Left out: as the configuration has it.',
    }),
    configFile: guestPath(
      'Configuration of OpenSM in the guest. Created where it is missing; of one that is there only virt_enabled and, where declared, sm_priority are set.',
      '/etc/opensm.conf',
    ).default('/etc/opensm.conf'),
    program: guestPath(
      'OpenSM in the guest. Left out: the one that the search path of root finds. It must be one that knows virt_enabled, as those of NVIDIA do.',
      '/usr/sbin/opensm',
    ).optional(),
  })
  .meta({
    description:
      'Makes the guest the Subnet Manager of the subnet that the port is cabled to, with virtualization enabled, and keeps it running. One for each VM.',
  });

/** Of the whole spec of SriovVmAttachment. */
export const subnetManagerRules: readonly CelRule[] = [
  {
    rule: "!has(self.subnetManager) || self.function.kind == 'Physical'",
    message: 'must be left out unless function.kind is Physical: a Subnet Manager runs on a whole physical function only',
  },
  {
    rule: '!has(self.subnetManager) || has(self.guest)',
    message:
      'must have guest beside subnetManager: set guest.credentialsSecretRef to a Secret with username and password of root in the guest',
  },
];

/** status.subnetManager */
export const subnetManagerStatus = z
  .object({
    state: z.enum(['Master', 'Standby', 'Starting', 'Stopped', 'Unknown']).meta({
      description:
        'Master: it manages the subnet. Standby: another one does. Starting: it runs, and no Subnet Manager answers yet. Stopped: it does not run.',
    }),
    guid: z.string().optional().meta({ description: 'Port GUID of the master of the subnet, whoever that is.' }),
    lid: z.int().optional().meta({ format: 'int32', description: 'LID of that master.' }),
    priority: z.int().optional().meta({ format: 'int32', description: 'Priority of that master.' }),
    program: z.string().optional().meta({ description: 'OpenSM that was found in the guest.' }),
    version: z.string().optional().meta({ description: 'What it says its version is.' }),
    configFile: z.string().optional().meta({ description: 'The configuration that it runs with.' }),
    serviceManagedBy: z
      .string()
      .optional()
      .meta({ description: 'What keeps it running: a systemd unit of the guest, for example opensmd.service, or operator.' }),
    virtEnabled: z.boolean().optional().meta({ description: 'Whether the configuration has virt_enabled 2.' }),
  })
  .optional()
  .meta({ description: 'The Subnet Manager in the guest, where spec.subnetManager asks for one, as last seen.' });

/** status.link */
export const linkStatus = z
  .object({
    state: z.string().meta({ description: 'As the guest sees it: Active, Initializing, Armed, Down or another word of its kernel.' }),
    device: z.string().optional().meta({ description: 'Device and port in the guest, for example mlx5_0/1.' }),
    physicalState: z.string().optional().meta({ description: 'For example LinkUp, Polling or Disabled.' }),
    guid: z.string().optional().meta({ description: 'Port GUID that the guest has.' }),
    lid: z.int().optional().meta({ format: 'int32', description: 'LID that the Subnet Manager gave the port; 0 or 65535: none.' }),
    smLid: z.int().optional().meta({ format: 'int32', description: 'LID of the Subnet Manager that the port knows; 0: none.' }),
  })
  .optional()
  .meta({ description: 'The InfiniBand link as the guest last showed it; only with spec.guest.' });
