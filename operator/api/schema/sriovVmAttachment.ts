/** Spec of SriovVmAttachment: one virtual function, or a whole physical function, for one VM. */
import { z } from 'zod';
import { guest, subnetManager, subnetManagerRules } from './attachmentGuest.ts';
import { guestNeeds } from './attachmentNetwork.ts';
import { macAddress } from './common.ts';
import { drsOverride } from './drsOverride.ts';
import { functionKind, kindRules } from './physicalFunction.ts';
import { relocation } from './relocation.ts';
import { cel, matching } from './rules.ts';

const vm = z
  .object({
    name: z.string().min(1).max(80).optional().meta({ description: 'Name of the VM; must be unique among the VMs of the vSphere server.' }),
    inventoryPath: matching({
      pattern: /^\/[^/]+(\/[^/]+)+$/,
      mustBe: 'an inventory path: begin with / and the datacenter, for example /dc1/vm/tenant-a/db-01',
      description: 'For example /dc1/vm/tenant-a/db-01.',
      maxLength: 1024,
    }).optional(),
    instanceUuid: matching({
      pattern: /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
      mustBe: 'an instance UUID: write vc.uuid of the VM as 8-4-4-4-12 hexadecimal digits',
      description: 'vc.uuid of the VM.',
    }).optional(),
    moRef: matching({
      pattern: /^(vm-)?[0-9]+$/,
      mustBe: 'a managed object reference: write vm-42 on a vCenter or 7 on a host',
      description: 'Managed object reference, for example vm-42 on a vCenter or 7 on a host.',
    }).optional(),
  })
  .meta({
    description: 'Which VM: exactly one of the fields.',
    ...cel(
      {
        rule: '[has(self.name), has(self.inventoryPath), has(self.instanceUuid), has(self.moRef)].filter(x, x).size() == 1',
        message: 'set exactly one of name, inventoryPath, instanceUuid and moRef',
      },
      { rule: 'self == oldSelf', message: 'vm is immutable: delete this attachment and create another' },
    ),
  });

const hostRef = z
  .object({
    name: matching({
      pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
      mustBe: 'the name of a SriovHost: write lower-case letters, digits, dashes and dots',
      description: 'Name of the SriovHost.',
      maxLength: 253,
    }),
    namespace: matching({
      pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
      mustBe: 'the name of a namespace: write lower-case letters, digits and dashes',
      description: 'Its namespace, where that host’s spec.attachments allows it. Left out: this object’s own.',
      maxLength: 63,
    }).optional(),
  })
  .meta({
    description: 'The host whose function is used.',
    ...cel({ rule: 'self == oldSelf', message: 'hostRef is immutable: delete this attachment and create another' }),
  });

/** Unicast and not all zeros; the form is checked by its own rule. */
const cardMacAddress = macAddress.meta({
  ...macAddress.meta(),
  description: 'Static MAC address of the card. Left out: vSphere chooses one.',
  ...cel(
    {
      rule: "!self.matches('^[0-9A-Fa-f][13579BbDdFf]:')",
      message: 'must be a unicast address: the second hexadecimal digit is even, for example 00:50:56:3f:00:01',
    },
    {
      rule: "!self.matches('^(00:){5}00$')",
      message: 'must not be all zeros: leave macAddress out if vSphere shall choose one',
    },
  ),
});

export const sriovVmAttachmentSpec = z
  .object({
    hostRef,
    vm,
    function: z
      .object({
        kind: functionKind,
        adapter: matching({
          pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
          mustBe: 'the name of an adapter: write it as spec.adapters[].name of the SriovHost does, for example fabric0',
          description: 'Name of the adapter in the SriovHost.',
          maxLength: 63,
        }),
        port: z.int().min(1).max(2).default(1).meta({ format: 'int32', description: 'Port of that adapter.' }),
      })
      .meta({ description: 'The physical function that gives the virtual function, or that is given away as a whole.' }),
    network: z
      .object({
        portGroup: z.string().min(1).max(80).meta({
          description: 'Standard or distributed port group. It carries no data of the card; VLAN and security policy are taken from it.',
        }),
        guestNeeds,
      })
      .optional()
      .meta({ description: 'Network properties of the card of a virtual function; a physical function has none.' }),
    macAddress: cardMacAddress.optional(),
    guestMtuChange: z
      .boolean()
      .optional()
      .meta({ description: 'Whether the guest may change the MTU, where the driver supports it. Left out: vSphere decides.' }),
    relocation,
    drsOverride,
    powerPolicy: z
      .object({
        powerOff: z
          .enum(['Never', 'GuestShutdown', 'GuestShutdownThenPowerOff', 'PowerOff'])
          .default('Never')
          .meta({ description: 'How a running VM may be powered off for a change. Never: the attachment waits until someone does it.' }),
        timeoutSeconds: z.int().min(1).max(3600).default(300).meta({ format: 'int32', description: 'How long a guest shutdown may take.' }),
        powerOn: z.boolean().default(false).meta({
          description:
            'Power the VM on once the card is in, also if it was off before. A VM that the operator powered off is always powered on again.',
        }),
      })
      .default({ powerOff: 'Never', timeoutSeconds: 300, powerOn: false })
      .meta({ description: 'What may happen to the VM’s power.' }),
    guest: guest.optional(),
    subnetManager: subnetManager.optional(),
    deletionPolicy: z
      .enum(['Detach', 'Retain'])
      .default('Detach')
      .meta({ description: 'Detach: deletion of this object removes the card and restores the memory setting. Retain: both stay.' }),
  })
  .meta({ description: 'What shall be attached to which VM.', ...cel(...kindRules, ...subnetManagerRules) });
