/** BIOS settings of a host, as its BMC knows them. */
import { z } from 'zod';
import { cel } from './rules.ts';

const NAME = "'^[^ \\t\\r\\n/=]{1,128}$'";

export const biosAttributes = z.record(z.string(), z.string().max(256)).meta({
  description:
    'BIOS attributes by the vendor’s names, for example {"SriovGlobalEnable": "Enabled"}; docs/bios.md has the names. Numbers and booleans as text.',
  maxProperties: 64,
  ...cel({
    rule: `self.all(k, k.matches(${NAME}))`,
    messageExpression: `"'" + self.filter(k, !k.matches(${NAME}))[0] + "' is not the name of a BIOS attribute: write it as the attribute registry of the BMC does, for example SriovGlobalEnable"`,
    message: 'names of BIOS attributes are those of the attribute registry of the BMC, for example SriovGlobalEnable',
  }),
});

export const recoveryKeyEscrowed = z.boolean().optional().meta({
  description:
    'Set to true once the recovery key of a host whose configuration a TPM seals is stored outside of it (esxcli system settings encryption recovery list). Until then no BIOS attribute of such a host is changed: it might not boot again.',
});
