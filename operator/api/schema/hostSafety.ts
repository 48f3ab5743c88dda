/** Parts of the spec of SriovHost that forbid: adapters that are never written to, and hosts that get their software from elsewhere. */
import { z } from 'zod';
import { macAddress, pciAddress } from './common.ts';
import { atomicList, cel, matching } from './rules.ts';

const GLOB = /^[^*]*(\*[^*]*)*$/;

const deniedAdapter = z
  .object({
    macAddress: macAddress.optional(),
    pciAddress: pciAddress.optional(),
    psid: matching({
      pattern: /^[A-Za-z0-9_*]+$/,
      mustBe: 'a PSID as flint prints it, or a pattern with * for any characters, for example DEL*',
      description: 'Board by its parameter-set identification, for example MT_0000000359; * stands for any characters.',
      maxLength: 64,
    }).optional(),
    deviceName: matching({
      pattern: GLOB,
      mustBe: 'a device name as esxcli hardware pci list prints it; * stands for any characters, for example *ConnectX-4 Lx*',
      description: 'Device name as ESXi prints it; * stands for any characters, for example *ConnectX-4 Lx*. Case does not matter.',
      maxLength: 256,
    }).optional(),
    why: z.string().max(512).optional().meta({ description: 'Your reason; repeated in the message of the condition.' }),
  })
  .meta({
    description: 'Names adapters by one property of any of their ports.',
    ...cel({
      rule: '[has(self.macAddress), has(self.pciAddress), has(self.psid), has(self.deviceName)].filter(x, x).size() == 1',
      message: 'set exactly one of macAddress, pciAddress, psid and deviceName',
    }),
  });

export const adapterDenyList = z
  .array(deniedAdapter)
  .max(32)
  .optional()
  .meta({
    description:
      'Adapters that are never written to, also where spec.adapters selects them: such an adapter shows the reason AdapterDenied, and the others go on.',
    ...atomicList,
  });

/** CEL for the whole spec: what is denied and declared by the same address is a contradiction that admission can see. */
export const deniedAndDeclared = ['macAddress', 'pciAddress'].map((field) => ({
  rule: `!has(self.adapterDenyList) || self.adapterDenyList.all(d, !has(d.${field}) || self.adapters.all(a, !has(a.selector.${field}) || a.selector.${field}.lowerAscii() != d.${field}.lowerAscii()))`,
  message: `must not name an adapter that spec.adapters selects by the same ${field}: remove one of the two`,
  fieldPath: '.adapterDenyList',
}));

export const installOnImageManagedHost = z.boolean().optional().meta({
  description:
    'Install declared VIBs also where an image of vSphere Lifecycle Manager manages the cluster of the host. The next remediation removes what the image lacks.',
});
