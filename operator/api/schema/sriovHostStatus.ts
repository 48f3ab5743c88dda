/** Status of SriovHost: what the host is, and what the operator does about it. */
import { z } from 'zod';
import { conditions, journal, planStep, problem } from './common.ts';
import { hardware } from './hostHardware.ts';
import { acknowledged, detach, drift, snapshot } from './hostOperations.ts';
import { poweredOffVms, remainingVms } from './hostVms.ts';
import { passthroughStatus } from './physicalFunction.ts';
import { atomicList, listMap } from './rules.ts';

const portStatus = z.object({
  number: z.int().meta({ format: 'int32', description: 'Port on the adapter, from 1.' }),
  pciAddress: z.string().meta({ description: 'PCI address of its physical function.' }),
  vmnic: z.string().optional().meta({ description: 'Uplink name, where ESXi made one.' }),
  macAddress: z.string().optional().meta({ description: 'MAC address of the physical function.' }),
  guid: z
    .string()
    .optional()
    .meta({ description: 'GUID of an InfiniBand port: its MAC address with ff:fe between the third and the fourth octet.' }),
  linkType: z.enum(['Ethernet', 'InfiniBand']).optional().meta({ description: 'Current link type.' }),
  linkUp: z
    .boolean()
    .optional()
    .meta({ description: 'Whether the uplink has link. An InfiniBand port is a downed uplink on ESXi; that is no fault.' }),
  vfs: z
    .object({
      desired: z.int().optional().meta({ format: 'int32', description: 'As declared.' }),
      firmware: z
        .int()
        .optional()
        .meta({ format: 'int32', description: 'NUM_OF_VFS that is current in firmware; 0 while SR-IOV is off there.' }),
      configured: z.int().optional().meta({ format: 'int32', description: 'Entry of this port in the driver’s max_vfs.' }),
      present: z.int().optional().meta({ format: 'int32', description: 'Virtual functions that exist.' }),
      inUse: z.int().optional().meta({ format: 'int32', description: 'Of those, used by running VMs.' }),
    })
    .meta({ description: 'Virtual functions, layer by layer.' }),
});

const adapterStatus = z.object({
  name: z.string().meta({ description: 'As in spec.adapters.' }),
  device: z.string().optional().meta({ description: 'Device model as ESXi names it.' }),
  mstDevice: z.string().optional().meta({ description: 'Name for the MFT tools on this host.' }),
  macAddress: z
    .string()
    .optional()
    .meta({ description: 'MAC address of port 1: the identity that is re-checked when PCI addresses move.' }),
  identifiedBy: z.string().optional().meta({
    description: 'Selector that macAddress was recorded for: while it stays the same, another MAC address is not taken for this adapter.',
  }),
  psid: z.string().optional().meta({ description: 'Parameter-set identification of the firmware: the board it is made for.' }),
  firmware: z
    .object({
      running: z.string().meta({ description: 'Version that runs.' }),
      flashed: z.string().meta({ description: 'Version on flash, running after the next restart.' }),
    })
    .optional()
    .meta({ description: 'Firmware versions.' }),
  unsupportedParameters: z
    .array(z.string())
    .optional()
    .meta({ description: 'Declared firmware parameters that this device does not have.', ...atomicList }),
  reported: z.record(z.string(), z.string()).optional().meta({
    description: 'Further current firmware parameters for diagnosis, for example {"FPP_EN": "True(1)"}; nothing is derived from them.',
  }),
  ports: z
    .array(portStatus)
    .optional()
    .meta({ description: 'Its ports.', ...listMap('number') }),
  problem: problem.optional(),
});

const restart = z.object({
  kind: z.enum(['WarmReboot', 'ColdCycle']).meta({ description: 'Reboot, or clean shutdown, power off and power on.' }),
  requestedTime: z.string().meta({ format: 'date-time', description: 'When the intent was written, before the command was sent.' }),
  generation: z.int().meta({ format: 'int64', description: 'Generation of the spec that it served.' }),
  bootTimeBefore: z.string().meta({ format: 'date-time', description: 'Boot time of the host then: the evidence to compare with.' }),
  uptimeBeforeSeconds: z.int().optional().meta({
    format: 'int64',
    description: 'Uptime of the host right before the command: a shorter one is a new boot, whatever any clock says.',
  }),
  pending: z
    .array(z.string())
    .meta({ description: 'What only a restart could bring into effect, for example firmware/fabric0/NUM_OF_VFS=16.', ...atomicList }),
  sends: z
    .int()
    .meta({ format: 'int32', description: 'How often the command went out: 2 when the first was not seen to have any effect.' }),
  state: z.enum(['Requested', 'Completed']).meta({ description: 'Completed once a new boot was seen.' }),
  powerOnTime: z.string().optional().meta({
    format: 'date-time',
    description: 'When power was seen off and the intent to switch it on was written: from then on it is never cut.',
  }),
  powerOnSentTime: z.string().optional().meta({
    format: 'date-time',
    description: 'When the BMC last took the command to switch it on; it gets it again while power stays off.',
  }),
  forceOffs: z
    .int()
    .optional()
    .meta({ format: 'int32', description: 'How often the power was cut because the clean shutdown did not end.' }),
  forceOffTime: z.string().optional().meta({ format: 'date-time', description: 'When the intent to cut the power was last written.' }),
  completedTime: z.string().optional().meta({ format: 'date-time', description: 'When the new boot was first seen.' }),
});

export const sriovHostStatus = z
  .object({
    observedGeneration: z
      .int()
      .optional()
      .meta({ format: 'int64', description: 'Generation of the spec that this status was computed from.' }),
    conditions,
    progress: z.string().optional().meta({ description: 'One line for people: what happens now or what is waited for.' }),
    plan: z
      .object({
        hash: z.string().meta({ description: 'Names exactly this plan; approve it with the annotation sriov.esxi.io/approve.' }),
        steps: z.array(planStep).meta({ description: 'In order.', ...atomicList }),
        restarts: z.int().meta({ format: 'int32', description: 'Restarts that the plan takes.' }),
        expectedDowntimeSeconds: z.int().optional().meta({
          format: 'int32',
          description:
            'How long the host will be away for these restarts: as long as its last one took, or a rule of thumb before there was one.',
        }),
        affectedVms: z
          .array(z.string())
          .optional()
          .meta({ description: 'Running VMs that a restart would touch.', ...atomicList }),
      })
      .optional()
      .meta({ description: 'What the operator will do; recomputed on every look. Absent when nothing is left to do.' }),
    esxi: z
      .object({
        version: z.string().optional().meta({ description: 'For example 8.0.2.' }),
        build: z.string().optional().meta({ description: 'For example Releasebuild-22380479.' }),
        bootTime: z.string().optional().meta({ format: 'date-time', description: 'When the host booted, to the second.' }),
        hostKeyFingerprint: z.string().optional().meta({ description: 'SSH host key in use; pinned where trustOnFirstUse is set.' }),
        maintenanceMode: z.boolean().optional().meta({ description: 'Whether the host is in maintenance mode.' }),
      })
      .optional()
      .meta({ description: 'The host as seen.' }),
    hardware,
    software: z
      .array(
        z.object({
          name: z.string().meta({ description: 'VIB name.' }),
          running: z.string().optional().meta({ description: 'Version that runs.' }),
          staged: z.string().optional().meta({ description: 'Version that runs after the next restart, where it differs.' }),
          problem: problem.optional(),
        }),
      )
      .optional()
      .meta({ description: 'The declared VIBs.', ...listMap('name') }),
    adapters: z
      .array(adapterStatus)
      .optional()
      .meta({ description: 'The declared adapters.', ...listMap('name') }),
    restarts: z
      .object({
        count: z.int().meta({ format: 'int32', description: 'Restarts sent for the current generation.' }),
        total: z.int().meta({ format: 'int32', description: 'Restarts sent in the life of this object.' }),
        last: restart.optional().meta({ description: 'The last restart and its evidence.' }),
        tried: z
          .array(
            z.object({
              item: z.string().meta({ description: 'What a restart should have brought into effect.' }),
              strongest: z.enum(['WarmReboot', 'ColdCycle']).meta({ description: 'Strongest restart that did not do it.' }),
            }),
          )
          .optional()
          .meta({
            description: 'Pending items that restarts did not bring into effect: no restart is repeated for them.',
            ...listMap('item'),
          }),
      })
      .optional()
      .meta({ description: 'Restarts and their evidence.' }),
    maintenance: z
      .object({
        enteredByUs: z.boolean().meta({ description: 'True while the host is in maintenance mode because the operator put it there.' }),
        since: z.string().optional().meta({ format: 'date-time', description: 'Since when.' }),
        entering: z.boolean().optional().meta({ description: 'True from before the command until the host is seen in maintenance mode.' }),
        remainingVms,
      })
      .optional()
      .meta({ description: 'Maintenance mode, as far as it is ours.' }),
    poweredOffVms,
    driver: z
      .object({
        options: z.string().meta({ description: 'Option string of nmlx5_core as the operator wrote it, or first saw it.' }),
        replaces: z
          .string()
          .optional()
          .meta({ description: 'Option string that it replaces; while the host still has that one, the write has not happened.' }),
        functions: z
          .array(z.string())
          .meta({ description: 'PCI addresses that the entries of its max_vfs were written for, in order.', ...atomicList }),
        macAddresses: z
          .array(z.string())
          .optional()
          .meta({ description: 'MAC addresses of the same functions, empty where unknown: they follow a card that moves.', ...atomicList }),
      })
      .optional()
      .meta({ description: 'What the driver options were written for: max_vfs is a list without names, and adding a card shifts it.' }),
    passthrough: passthroughStatus,
    activation: z
      .array(
        z.object({
          adapter: z.string().meta({ description: 'Adapter name.' }),
          needs: z.enum(['Reboot', 'PowerCycle', 'Unknown']).meta({ description: 'What the tool said after the last set.' }),
        }),
      )
      .optional()
      .meta({ description: 'What mlxconfig itself said that new settings need.', ...listMap('adapter') }),
    approval: z
      .object({
        hash: z.string().meta({ description: 'Hash of the plan that was approved.' }),
        generation: z.int().meta({ format: 'int64', description: 'Generation of the spec that it was approved for.' }),
        restarts: z.int().meta({ format: 'int32', description: 'Restarts that the approved plan had.' }),
        used: z.int().meta({ format: 'int32', description: 'Restarts sent under this approval.' }),
        covers: z
          .array(z.string())
          .optional()
          .meta({
            description: 'Steps that the approved plan showed, as kind/subject: what is not among them needs an approval of its own.',
            ...atomicList,
          }),
      })
      .optional()
      .meta({ description: 'The approval under which the operator works: it covers the rest of that plan and no restart more.' }),
    acknowledged,
    detach,
    drift,
    snapshot,
    vfs: z
      .object({
        desired: z.int().meta({ format: 'int32', description: 'Declared, over all ports.' }),
        present: z.int().meta({ format: 'int32', description: 'Existing.' }),
      })
      .optional()
      .meta({ description: 'Totals for the printer column.' }),
    journal,
  })
  .meta({ description: 'What the host is, and what the operator does about it.' });
