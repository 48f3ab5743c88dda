/** One ConnectX adapter of an SriovHost: how it is found, and what its firmware and ports shall be. */
import { z } from 'zod';
import { macAddress, pciAddress } from './common.ts';
import { firmware } from './hostFirmware.ts';
import { type CelRule, cel, listMap, matching } from './rules.ts';

const selector = z
  .object({
    macAddress: macAddress.optional(),
    pciAddress: pciAddress.optional(),
    vmnic: matching({
      pattern: /^vmnic[0-9]+$/,
      mustBe: 'the name of an uplink: write it as esxcli network nic list does, for example vmnic4',
      description: 'Name of an uplink of the adapter, for example vmnic4.',
      maxLength: 64,
    }).optional(),
  })
  .meta({
    description:
      'Names the adapter by any one of its ports. A MAC address is the safest: PCI addresses and vmnic names move when cards are added.',
    ...cel({
      rule: '[has(self.macAddress), has(self.pciAddress), has(self.vmnic)].filter(x, x).size() == 1',
      message: 'set exactly one of macAddress, pciAddress and vmnic; macAddress is the safest',
    }),
  });

const port = z
  .object({
    number: z.int().min(1).max(2).meta({ format: 'int32', description: 'Port on the adapter, from 1; port N is PCI function N-1.' }),
    linkType: z
      .enum(['Ethernet', 'InfiniBand'])
      .optional()
      .meta({ description: 'Link type of the port (LINK_TYPE_Pn). Left out: as it is.' }),
    vfs: z.int().min(0).max(255).meta({
      format: 'int32',
      description:
        'Virtual functions that the driver shall create on this port (max_vfs). The device may allow fewer; it tells and the operator reports.',
    }),
    subnet: matching({
      pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
      mustBe: 'a name for a subnet: write lower-case letters, digits and dashes, for example fabric-a',
      description:
        'Your name for the InfiniBand subnet that the port is cabled to; ports of all hosts in this namespace with the same name are on the same subnet. Left out: default. Means nothing for an Ethernet port.',
      maxLength: 63,
    }).optional(),
  })
  .meta({ description: 'What one port shall be.' });

/** Parameters that follow from other fields; a second source for them would be a contradiction. */
const DERIVED = "['SRIOV_EN', 'NUM_OF_VFS', 'LINK_TYPE_P1', 'LINK_TYPE_P2', 'ADVANCED_PCI_SETTINGS', 'FORCE_ETH_PCI_SUBCLASS']";
const NAME = "'^[A-Z][A-Za-z0-9_.]{0,62}([[][0-9]{1,3}[]])?$'";
const VALUE = "'^[A-Za-z0-9_.-]{1,64}$'";

const parameters = z.record(z.string(), z.string().max(64)).meta({
  description: 'Any further firmware parameters by their mlxconfig names, for example {"ROCE_CONTROL": "2"}.',
  maxProperties: 64,
  ...cel(
    {
      rule: `self.all(k, k.matches(${NAME}))`,
      messageExpression: `"'" + self.filter(k, !k.matches(${NAME}))[0] + "' is not the name of a firmware parameter: write it as mlxconfig does, for example ROCE_CONTROL"`,
      message: 'names of firmware parameters are those of mlxconfig, for example ROCE_CONTROL',
    },
    {
      rule: `self.all(k, self[k].matches(${VALUE}))`,
      messageExpression: `"the value of " + self.filter(k, !self[k].matches(${VALUE}))[0] + " is not one that mlxconfig accepts: write a number or a word, for example \\"2\\" or \\"True\\", not \\"True(1)\\""`,
      message: 'values are numbers or words that mlxconfig accepts, for example "2" or "True", not "True(1)"',
    },
    {
      rule: `self.all(k, !(k in ${DERIVED}))`,
      messageExpression: `self.filter(k, k in ${DERIVED})[0] + ' follows from ports and firmwareVfs; set those and remove it here'`,
      message:
        'SRIOV_EN, NUM_OF_VFS, LINK_TYPE_Pn, ADVANCED_PCI_SETTINGS and FORCE_ETH_PCI_SUBCLASS follow from ports and firmwareVfs; set those and remove them here',
    },
  ),
});

export const adapter = z
  .object({
    name: matching({
      pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
      mustBe: 'a name for an adapter: write lower-case letters, digits and dashes, for example fabric0',
      description: 'Your name for the adapter; attachments refer to it.',
      maxLength: 63,
    }),
    selector,
    firmware: firmware.optional(),
    firmwareVfs: z.int().min(0).max(255).optional().meta({
      format: 'int32',
      description: 'NUM_OF_VFS in firmware, for each port. Left out: the largest vfs of the ports, and never lowered.',
    }),
    parameters: parameters.optional(),
    ports: z
      .array(port)
      .min(1)
      .max(2)
      .meta({ description: 'The ports to use.', ...listMap('number') }),
  })
  .meta({
    description: 'One ConnectX adapter.',
    ...cel({
      rule: '!has(self.firmwareVfs) || self.ports.all(p, p.vfs <= self.firmwareVfs)',
      message: 'must not be less than the vfs of a port: raise firmwareVfs, lower vfs, or leave firmwareVfs out',
      fieldPath: '.firmwareVfs',
    }),
  });

/** CEL for a list of adapters: no two entries with the same value of this selector. */
export function uniqueSelector(field: 'macAddress' | 'pciAddress' | 'vmnic'): CelRule {
  const has = (item: string): string => `has(${item}.selector.${field})`;
  const value = (item: string): string => `${item}.selector.${field}.lowerAscii()`;
  return {
    rule: `self.all(a, !${has('a')} || self.exists_one(b, ${has('b')} && ${value('b')} == ${value('a')}))`,
    message: `must not select two adapters by the same ${field}: keep one entry for each adapter and list both of its ports there`,
  };
}
