/** Part of the spec of SriovHost: who may attach its functions, and to which VMs. */
import { z } from 'zod';
import { physicalFunctions } from './physicalFunction.ts';
import { atomicList, cel, matching } from './rules.ts';

const requirement = z
  .object({
    key: z.string().min(1).max(317).meta({ description: 'Label key.' }),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).meta({ description: 'How the label is compared.' }),
    values: z
      .array(z.string().max(63))
      .max(32)
      .optional()
      .meta({ description: 'For In and NotIn.', ...atomicList }),
  })
  .meta({
    description: 'One requirement on a label.',
    ...cel({
      rule: "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)",
      message: 'set values with In and NotIn, and leave them out with Exists and DoesNotExist',
    }),
  });

const namespaceSelector = z
  .object({
    matchLabels: z.record(z.string(), z.string().max(63)).optional().meta({ description: 'Labels that the namespace must have.' }),
    matchExpressions: z
      .array(requirement)
      .max(16)
      .optional()
      .meta({ description: 'Requirements that must all hold.', ...atomicList }),
  })
  .meta({
    description:
      'Labels of namespaces, with from: Selector. An empty selector fits every namespace. The label kubernetes.io/metadata.name is the name of the namespace.',
  });

export const hostAttachments = z
  .object({
    from: z.enum(['Same', 'All', 'Selector']).default('Same').meta({
      description:
        'Namespaces whose SriovVmAttachments may use this host: only its own, all, or its own and those that namespaceSelector selects.',
    }),
    namespaceSelector: namespaceSelector.optional(),
    physicalFunctions,
    vmPaths: z
      .array(
        matching({
          pattern: /^(\/[^/]+)+$/,
          mustBe:
            'a pattern of inventory paths: begin with / and the datacenter; * stands for any part of a name, ** for any number of folders, for example /dc1/vm/tenant-a/**',
          description: 'Pattern of inventory paths.',
          maxLength: 512,
          rules: [
            {
              rule: "!self.matches('[^/][*][*]|[*][*][^/]')",
              message: 'must have ** as a whole part between slashes: write for example /dc1/vm/tenant-a/**',
            },
          ],
        }),
      )
      .max(64)
      .optional()
      .meta({
        description:
          'VMs that attachments may change: patterns of inventory paths, for example /dc1/vm/tenant-a/**. Left out or empty: all VMs that the vSphere user may see.',
        ...atomicList,
      }),
  })
  .default({ from: 'Same' })
  .meta({
    description: 'Who may attach functions of this host, and to which VMs.',
    ...cel({
      rule: "(self.from == 'Selector') == has(self.namespaceSelector)",
      message: 'set namespaceSelector with from: Selector, and only then',
    }),
  });
