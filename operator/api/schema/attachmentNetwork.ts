/** Parts of SriovVmAttachment about its port group: what the guest needs of it, and what the port group gives. */
import { z } from 'zod';
import { atomicList, cel } from './rules.ts';

/** What a guest may do that ESXi drops in silence where the port group does not allow it. */
export const guestNeeds = z
  .array(z.enum(['MacAddressChanges', 'ForgedTransmits', 'PromiscuousMode', 'VlanTags']))
  .max(4)
  .optional()
  .meta({
    description:
      'What the guest does with the card, checked against the port group before the VM loses its power: MacAddressChanges = takes another MAC address than that of the card; ForgedTransmits = sends with others (bonding, VRRP, macvlan, nested VMs); PromiscuousMode = listens to all traffic; VlanTags = tags VLANs itself. Left out: nothing of it, and nothing is checked.',
    ...atomicList,
    ...cel({ rule: 'self.all(word, self.exists_one(other, other == word))', message: 'must name each need once' }),
  });

const accepted = (what: string) =>
  z
    .boolean()
    .optional()
    .meta({ description: `Whether the port group accepts ${what}; absent where vSphere does not tell.` });

/** Of status: the port group as vSphere has it. */
export const networkStatus = z
  .object({
    portGroup: z.string().meta({ description: 'Name.' }),
    vlan: z.string().optional().meta({
      description: 'None, a VLAN id, the ranges of a trunk such as 0-4094 (the guest tags), or "private" and the id of the secondary VLAN.',
    }),
    mtu: z.int().optional().meta({ format: 'int32', description: 'MTU of the switch in bytes.' }),
    macAddressChanges: accepted('a MAC address that the guest changed'),
    forgedTransmits: accepted('frames with another source address'),
    promiscuousMode: accepted('listening to all traffic'),
  })
  .optional()
  .meta({ description: 'The port group of the card, as far as vSphere tells; traffic of the card does not pass its switch.' });

/** Of status: what is worth knowing and holds nothing up. */
export const warnings = z
  .array(
    z.object({
      reason: z.string().meta({ description: 'Word of docs/reasons.md.' }),
      message: z.string().meta({ description: 'What was seen, and what to do.' }),
    }),
  )
  .optional()
  .meta({ description: 'What is worth knowing and holds nothing up; absent where there is nothing.', ...atomicList });
