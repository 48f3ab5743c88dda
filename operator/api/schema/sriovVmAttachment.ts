/** SriovVmAttachment: one virtual function for one VM. */
import { z } from 'zod';
import { atomicList, cel, conditions, journal, macAddress, planStep } from './common.ts';

const vm = z
  .object({
    name: z.string().min(1).max(80).optional().meta({ description: 'Name of the VM; must be unique among the VMs of the vSphere server.' }),
    inventoryPath: z.string().min(1).max(1024).optional().meta({ description: 'For example /dc1/vm/tenant-a/db-01.' }),
    instanceUuid: z
      .string()
      .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/)
      .optional()
      .meta({ description: 'vc.uuid of the VM.' }),
    moRef: z
      .string()
      .regex(/^(vm-)?[0-9]+$/)
      .optional()
      .meta({ description: 'Managed object reference, for example vm-42 on a vCenter or 7 on a host.' }),
  })
  .meta({
    description: 'Which VM: exactly one of the fields.',
    ...cel({
      rule: '[has(self.name), has(self.inventoryPath), has(self.instanceUuid), has(self.moRef)].filter(x, x).size() == 1',
      message: 'set exactly one of name, inventoryPath, instanceUuid and moRef',
    }),
  });

export const sriovVmAttachmentSpec = z
  .object({
    hostRef: z
      .object({
        name: z.string().min(1).max(253).meta({ description: 'Name of the SriovHost.' }),
        namespace: z
          .string()
          .min(1)
          .max(63)
          .optional()
          .meta({ description: 'Its namespace, where that host’s spec.attachments allows it. Left out: this object’s own.' }),
      })
      .meta({ description: 'The host whose virtual function is used.', ...cel({ rule: 'self == oldSelf', message: 'hostRef is immutable: delete this attachment and create another' }) }),
    vm: vm.meta({
      ...vm.meta(),
      ...cel(
        {
          rule: '[has(self.name), has(self.inventoryPath), has(self.instanceUuid), has(self.moRef)].filter(x, x).size() == 1',
          message: 'set exactly one of name, inventoryPath, instanceUuid and moRef',
        },
        { rule: 'self == oldSelf', message: 'vm is immutable: delete this attachment and create another' },
      ),
    }),
    function: z
      .object({
        adapter: z.string().min(1).max(63).meta({ description: 'Name of the adapter in the SriovHost.' }),
        port: z.int().min(1).max(2).default(1).meta({ format: 'int32', description: 'Port of that adapter.' }),
      })
      .meta({ description: 'The physical function that gives the virtual function.' }),
    network: z
      .object({
        portGroup: z
          .string()
          .min(1)
          .max(80)
          .meta({ description: 'Standard or distributed port group. It carries no data of the card; VLAN and security policy are taken from it.' }),
      })
      .meta({ description: 'Network properties of the card.' }),
    macAddress: macAddress.optional().meta({
      description: 'Static MAC address of the card. Left out: vSphere chooses one.',
      ...cel({
        rule: "!self.matches('^[0-9A-Fa-f][13579BbDdFf]:')",
        message: 'must be a unicast address: the second hexadecimal digit is even, for example 00:50:56:3f:00:01',
      }),
    }),
    guestMtuChange: z
      .boolean()
      .optional()
      .meta({ description: 'Whether the guest may change the MTU, where the driver supports it. Left out: vSphere decides.' }),
    powerPolicy: z
      .object({
        powerOff: z
          .enum(['Never', 'GuestShutdown', 'GuestShutdownThenPowerOff', 'PowerOff'])
          .default('Never')
          .meta({ description: 'How a running VM may be powered off for a change. Never: the attachment waits until someone does it.' }),
        timeoutSeconds: z
          .int()
          .min(1)
          .max(3600)
          .default(300)
          .meta({ format: 'int32', description: 'How long a guest shutdown may take.' }),
        powerOn: z
          .boolean()
          .default(false)
          .meta({ description: 'Power the VM on once the card is in, also if it was off before. A VM that the operator powered off is always powered on again.' }),
      })
      .default({ powerOff: 'Never', timeoutSeconds: 300, powerOn: false })
      .meta({ description: 'What may happen to the VM’s power.' }),
    deletionPolicy: z
      .enum(['Detach', 'Retain'])
      .default('Detach')
      .meta({ description: 'Detach: deletion of this object removes the card and restores the memory setting. Retain: both stay.' }),
  })
  .meta({ description: 'What shall be attached to which VM.' });

export const sriovVmAttachmentStatus = z
  .object({
    observedGeneration: z.int().optional().meta({ format: 'int64', description: 'Generation of the spec that this status was computed from.' }),
    conditions,
    progress: z.string().optional().meta({ description: 'One line for people: what happens now or what is waited for.' }),
    plan: z
      .object({
        steps: z.array(planStep).meta({ description: 'In order.', ...atomicList }),
        vmPowerOffs: z.int().meta({ format: 'int32', description: 'Times the VM will be powered off.' }),
      })
      .optional()
      .meta({ description: 'What the operator will do; absent when nothing is left to do.' }),
    vm: z
      .object({
        moRef: z.string().meta({ description: 'Managed object reference.' }),
        name: z.string().meta({ description: 'Name.' }),
        powerState: z.string().meta({ description: 'poweredOn, poweredOff or suspended.' }),
      })
      .optional()
      .meta({ description: 'The VM as found.' }),
    device: z
      .object({
        key: z.int().meta({ format: 'int32', description: 'Device key in the VM.' }),
        macAddress: z.string().meta({ description: 'MAC address of the card.' }),
        physicalFunction: z.string().optional().meta({ description: 'PCI address of the physical function.' }),
        virtualFunction: z.string().optional().meta({ description: 'PCI address of the virtual function; known while the VM runs.' }),
        portGroup: z.string().optional().meta({ description: 'Port group of the card.' }),
      })
      .optional()
      .meta({ description: 'The card that the operator added.' }),
    restore: z
      .object({
        memoryLockedToMax: z.boolean().meta({ description: 'Setting found before the operator locked the memory.' }),
        memoryReservationMB: z.int().meta({ format: 'int64', description: 'Reservation found then, in MB.' }),
      })
      .optional()
      .meta({ description: 'What deletion restores.' }),
    power: z
      .object({
        poweredOffByUs: z.boolean().meta({ description: 'True from our power-off until the VM runs again: it will be powered on even after a crash.' }),
      })
      .optional()
      .meta({ description: 'Power state that the operator owes the VM.' }),
    acknowledged: z
      .object({ retry: z.string().optional().meta({ description: 'Value of the retry annotation that was acted on.' }) })
      .optional()
      .meta({ description: 'Verbs that the operator has taken up.' }),
    journal,
  })
  .meta({ description: 'What is attached, and what the operator does about it.' });
