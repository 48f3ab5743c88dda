/** Part of the spec of SriovVmAttachment: whether the VM may be moved to the host whose function it is to get. */
import { z } from 'zod';

export const relocation = z.enum(['Never', 'Cold']).optional().meta({
  description:
    'Whether a VM that is on another host of the same vCenter may be moved. Cold: while it is off, which powerPolicy decides about; its files stay where they are. Left out: Never.',
});
