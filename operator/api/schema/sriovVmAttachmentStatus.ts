/** Status of SriovVmAttachment: what is attached, and what the operator does about it. */
import { z } from 'zod';
import { linkStatus, subnetManagerStatus } from './attachmentGuest.ts';
import { networkStatus, warnings } from './attachmentNetwork.ts';
import { died, poweredOn, powerOnFailures } from './attachmentPower.ts';
import { conditions, journal, planStep } from './common.ts';
import { drsOverrideStatus } from './drsOverride.ts';
import { atomicList } from './rules.ts';

export const sriovVmAttachmentStatus = z
  .object({
    observedGeneration: z
      .int()
      .optional()
      .meta({ format: 'int64', description: 'Generation of the spec that this status was computed from.' }),
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
        kind: z
          .enum(['Virtual', 'Physical'])
          .optional()
          .meta({ description: 'What the device is; left out for the SR-IOV card of a virtual function.' }),
        macAddress: z
          .string()
          .optional()
          .meta({ description: 'MAC address of the card; a physical function as a whole has none in vSphere.' }),
        physicalFunction: z.string().optional().meta({ description: 'PCI address of the physical function.' }),
        physicalFunctionMacAddress: z.string().optional().meta({
          description: 'MAC address of that physical function: by it the function is found again when PCI addresses move.',
        }),
        guid: z.string().optional().meta({
          description: 'GUID of an InfiniBand virtual function: its MAC address with ff:fe between the third and the fourth octet.',
        }),
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
        poweredOffByUs: z
          .boolean()
          .meta({ description: 'True from our power-off until the VM runs again: it will be powered on even after a crash.' }),
        requestedTime: z.string().optional().meta({
          format: 'date-time',
          description: 'When the guest was asked to shut down; powerPolicy.timeoutSeconds counts from here.',
        }),
      })
      .optional()
      .meta({ description: 'Power state that the operator owes the VM.' }),
    change: z
      .object({
        cardsBefore: z
          .array(z.int().meta({ format: 'int32' }))
          .optional()
          .meta({
            description:
              'Device keys of the SR-IOV cards that the VM had before: what tells our card from others after a crash. Absent where no card is added.',
            ...atomicList,
          }),
        powerOn: z.boolean().meta({ description: 'Whether the VM is to be powered on once the change is in.' }),
        replaces: z.boolean().optional().meta({ description: 'True where the change takes another card of ours out.' }),
        startedTime: z.string().meta({ format: 'date-time', description: 'When the intent was written, before the first request.' }),
      })
      .optional()
      .meta({ description: 'A change of the VM that has begun and is not verified yet.' }),
    refused: z
      .object({
        generation: z.int().meta({ format: 'int64', description: 'Generation of the spec that asked for the change.' }),
        message: z.string().meta({ description: 'What vSphere said.' }),
        reason: z.string().optional().meta({ description: 'Set where the card went in and vSphere then refused to power the VM on.' }),
        takeBack: z
          .boolean()
          .optional()
          .meta({ description: 'True where the card comes out again, so that the VM runs as it did before.' }),
      })
      .optional()
      .meta({
        description:
          'A change that vSphere refused after the VM had been powered off for it. The VM is not powered off for it again before the spec changes or a retry is asked for.',
      }),
    drsOverride: drsOverrideStatus,
    powerOnFailures,
    poweredOn,
    died,
    network: networkStatus,
    warnings,
    subnetManager: subnetManagerStatus,
    link: linkStatus,
    acknowledged: z
      .object({
        retry: z.string().optional().meta({ description: 'Value of the retry annotation that was acted on.' }),
        hold: z
          .string()
          .optional()
          .meta({ description: 'Value of the hold annotation while it is obeyed; gone once the object is released.' }),
      })
      .optional()
      .meta({ description: 'Verbs that the operator has taken up.' }),
    journal,
  })
  .meta({ description: 'What is attached, and what the operator does about it.' });
