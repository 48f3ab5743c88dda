/** Parts of the specs about physical functions that are given to VMs as a whole. */
import { z } from 'zod';
import { problem } from './common.ts';
import { atomicList, type CelRule, cel, listMap } from './rules.ts';

/** In spec.function of SriovVmAttachment. */
export const functionKind = z
  .enum(['Virtual', 'Physical'])
  .default('Virtual')
  .meta({
    description:
      'Virtual: the VM gets an SR-IOV card with one virtual function. Physical: the VM gets the whole physical function, which the host passes through for it; the port must have no virtual functions. Cannot be changed.',
    ...cel({ rule: 'self == oldSelf', message: 'must stay as it is: delete this attachment and create another' }),
  });

const forbidden = (field: string, why: string): CelRule => ({
  rule: `self.function.kind == 'Virtual' || !has(self.${field})`,
  message: `must not have ${field} with function.kind Physical: ${why}`,
});

/** Of the whole spec of SriovVmAttachment. */
export const kindRules: readonly CelRule[] = [
  {
    rule: "self.function.kind == 'Physical' || has(self.network)",
    message: 'must have network with function.kind Virtual: set network.portGroup',
  },
  forbidden('network', 'the guest drives the port itself, no port group has a part in it'),
  forbidden('macAddress', 'the port has the address that is burned into the adapter'),
  forbidden('guestMtuChange', 'the guest drives the port itself and sets its MTU as it likes'),
];

/** In spec.attachments of SriovHost. */
export const physicalFunctions = z.enum(['Same', 'AsFrom']).optional().meta({
  description:
    'Namespaces whose SriovVmAttachments may ask for a whole physical function, which is passed through for them with a restart of the host. Same, or left out: only the namespace of the host. AsFrom: all that from lets in.',
});

/** In status of SriovHost. */
export const passthroughStatus = z
  .array(
    z.object({
      adapter: z.string().meta({ description: 'As in spec.adapters.' }),
      port: z.int().meta({ format: 'int32', description: 'Port on that adapter.' }),
      pciAddress: z.string().meta({ description: 'PCI address of the physical function.' }),
      macAddress: z
        .string()
        .optional()
        .meta({ description: 'MAC address of the port, from before it lost its uplink: it finds the adapter again.' }),
      vmnic: z.string().optional().meta({ description: 'Uplink name that the port had before.' }),
      enabledByUs: z.boolean().meta({ description: 'True where the operator switched passthrough on: only then it ever switches it off.' }),
      configured: z.boolean().meta({ description: 'Whether the function is passed through from the next restart on.' }),
      active: z.boolean().meta({ description: 'Whether it is passed through now.' }),
      seenActive: z
        .boolean()
        .optional()
        .meta({ description: 'True once the operator saw its own setting in effect: if it is gone later, that is drift.' }),
      requestedBy: z
        .array(z.string())
        .meta({ description: 'Attachments that ask for this function or have it, as namespace/name.', ...atomicList }),
      problem: problem.optional(),
    }),
  )
  .optional()
  .meta({
    description: 'Physical functions that attachments ask for as a whole, or that are passed through.',
    ...listMap('adapter', 'port'),
  });

/** In status.snapshot of SriovHost. */
export const foundPassthrough = z
  .array(
    z.object({
      pciAddress: z.string().meta({ description: 'PCI address of the function then.' }),
      enabled: z.boolean().meta({ description: 'Whether it was configured for passthrough.' }),
    }),
  )
  .optional()
  .meta({ description: 'Physical functions whose passthrough the operator changed.', ...listMap('pciAddress') });
