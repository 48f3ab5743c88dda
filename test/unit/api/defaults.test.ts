/** A part that is left out means the same as an empty one: the defaults of a whole are those of its parts. */
import { describe, expect, it } from '@jest/globals';
import { sriovHostSpec } from '../../../operator/api/schema/sriovHost.ts';
import { sriovVmAttachmentSpec } from '../../../operator/api/schema/sriovVmAttachment.ts';

const host = {
  esxi: { address: 'esx-01', credentialsSecretRef: { name: 'esx-01' }, trustOnFirstUse: true },
  adapters: [{ name: 'a', selector: { vmnic: 'vmnic4' }, ports: [{ number: 1, vfs: 8 }] }],
};
const attachment = {
  hostRef: { name: 'esx-01' },
  vm: { name: 'db' },
  function: { adapter: 'a' },
  network: { portGroup: 'VM Network' },
};

describe('defaults', () => {
  it('of a host: left out is empty', () => {
    expect(sriovHostSpec.parse(host)).toEqual(sriovHostSpec.parse({ ...host, disruption: {}, attachments: {} }));
  });

  it('of an attachment: left out is empty', () => {
    expect(sriovVmAttachmentSpec.parse(attachment)).toEqual(sriovVmAttachmentSpec.parse({ ...attachment, powerPolicy: {} }));
  });

  it('disturb nobody', () => {
    const { disruption, mode } = sriovHostSpec.parse(host);
    expect({ running: disruption.runningVms, mode }).toEqual({ running: 'Block', mode: 'Enforce' });
    expect(sriovVmAttachmentSpec.parse(attachment).powerPolicy).toEqual({ powerOff: 'Never', timeoutSeconds: 300, powerOn: false });
  });
});
