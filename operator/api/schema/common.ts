/** Schema parts shared by the kinds. Only the generator and tests load these files; the operator imports their types. */
import { z } from 'zod';
import { atomicList, cel, listMap, matching } from './rules.ts';

export const address = matching({
  pattern: /^([A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$/,
  mustBe: 'a DNS name or an IP address: leave out https://, user, port and path, for example esx-01.example.com',
  description: 'DNS name or IP address of the host.',
  maxLength: 253,
  rules: [
    {
      rule: "!self.matches('^([0-9.]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$') || isIP(self)",
      message: 'must be a valid IP address where it looks like one: check its numbers',
    },
  ],
});

export const secretRef = z
  .object({
    name: matching({
      pattern: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
      mustBe: 'the name of a Secret: lower-case letters, digits, dashes and dots',
      description: 'Name of a Secret in the namespace of this object.',
      maxLength: 253,
    }),
  })
  .meta({ description: 'A Secret in the same namespace.' });

export const macAddress = matching({
  pattern: /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/,
  mustBe: 'a MAC address: write six octets in hexadecimal with colons, for example b8:59:9f:aa:bb:cc',
  description: 'Six octets in hexadecimal with colons, for example b8:59:9f:aa:bb:cc.',
  maxLength: 64,
});

export const pciAddress = matching({
  pattern: /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/,
  mustBe:
    'a PCI address: write segment:bus:device.function in lower-case hexadecimal as esxcli hardware pci list does, for example 0000:3b:00.0',
  description: 'Segment, bus, device and function in lower-case hexadecimal, for example 0000:3b:00.0.',
  maxLength: 64,
});

export const sha256 = matching({
  pattern: /^[0-9a-f]{64}$/,
  mustBe: 'a SHA-256: write the 64 lower-case hexadecimal digits that sha256sum prints',
  description: 'SHA-256 of the file, 64 lower-case hexadecimal digits.',
});

export const certificateFingerprint = matching({
  pattern: /^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/,
  mustBe:
    'the SHA-256 fingerprint of a certificate: write 64 hexadecimal digits with or without colons, as openssl x509 -noout -fingerprint -sha256 prints them after the =',
  description: 'SHA-256 fingerprint of the server certificate, 64 hexadecimal digits with or without colons.',
});

export const caBundle = z
  .string()
  .min(1)
  .max(65536)
  .meta({
    description: 'PEM certificates of the authorities that sign the server certificate.',
    ...cel(
      {
        rule: "self.contains('-----BEGIN CERTIFICATE-----')",
        message: 'must hold PEM certificates: blocks that begin with -----BEGIN CERTIFICATE-----, not base64 of them and not a file name',
      },
      {
        rule: "!self.contains('PRIVATE KEY-----')",
        message: 'must hold certificates only: take the private key out; a spec is no place for it',
      },
    ),
  });

/** For an object with `certificateFingerprint` and `caBundle`. */
export const oneTrust = {
  rule: '!(has(self.certificateFingerprint) && has(self.caBundle))',
  message: 'set at most one of certificateFingerprint and caBundle; with neither the certificate authorities of the system count',
};

export const condition = z
  .object({
    type: z
      .string()
      .max(316)
      .regex(/^[A-Z][A-Za-z]*$/)
      .meta({ description: 'Name of the condition.' }),
    status: z.enum(['True', 'False', 'Unknown']).meta({ description: 'Whether it holds; Unknown while the operator cannot tell.' }),
    observedGeneration: z
      .int()
      .min(0)
      .optional()
      .meta({ format: 'int64', description: 'Generation of the spec that this was computed from.' }),
    lastTransitionTime: z.string().meta({ format: 'date-time', description: 'When status last changed.' }),
    reason: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
      .meta({ description: 'Stable CamelCase word; docs/reasons.md has an entry for each.' }),
    message: z.string().max(32768).meta({ description: 'For people: what, why, and what to do.' }),
  })
  .meta({ description: 'An observation in the form of the Kubernetes API conventions.' });

export const conditions = z
  .array(condition)
  .optional()
  .meta({
    description: 'Ready, Reconciling and Stalled (kstatus), and one for each part of the work.',
    ...listMap('type'),
  });

export const problem = z
  .object({
    reason: z.string().min(1).meta({ description: 'Stable CamelCase word; docs/reasons.md has an entry for each.' }),
    message: z.string().meta({ description: 'What is wrong and what to do.' }),
  })
  .meta({ description: 'Why this part is not as declared.' });

export const journalEntry = z
  .object({
    time: z.string().meta({ format: 'date-time', description: 'When the action ended.' }),
    action: z.string().meta({ description: 'What was done, for example InstallVib.' }),
    subject: z.string().meta({ description: 'To what, for example an adapter, a VIB or a VM.' }),
    result: z.enum(['Succeeded', 'Failed', 'Sent']).meta({ description: 'Sent: the command went out and its effect is awaited.' }),
    durationSeconds: z.int().min(0).meta({ format: 'int64', description: 'How long it took.' }),
    command: z
      .string()
      .max(512)
      .optional()
      .meta({ description: 'The command in short, for example mlxconfig -d mt4119_pciconf0 set NUM_OF_VFS=8. Never a secret.' }),
    before: z.string().max(512).optional().meta({ description: 'What was there before, where the action changed a value.' }),
    after: z.string().max(512).optional().meta({ description: 'What it was changed to, or was to be where the action failed.' }),
    detail: z.string().max(1024).optional().meta({ description: 'The action in words, or the error. Never a secret.' }),
  })
  .meta({ description: 'One action of the operator on the outside world.' });

export const journal = z
  .array(journalEntry)
  .max(20)
  .optional()
  .meta({ description: 'The last actions, newest last.', ...atomicList });

export const planStep = z
  .object({
    kind: z.string().meta({ description: 'What will be done, for example SetFirmwareParameters.' }),
    subject: z.string().meta({ description: 'To what.' }),
    description: z.string().max(2048).meta({ description: 'In words, with values before and after.' }),
    command: z.string().max(512).optional().meta({ description: 'The command in short, where the step is one. Never with a secret.' }),
    because: z.string().meta({ description: 'Name of the rule that asks for it.' }),
    disruption: z.enum(['None', 'Maintenance', 'Restart', 'VmPowerOff']).meta({ description: 'What it takes from running workloads.' }),
    expected: z
      .boolean()
      .optional()
      .meta({ description: 'True where the step is foreseen and will be decided once an earlier step shows the facts.' }),
  })
  .meta({ description: 'One step of the plan.' });
