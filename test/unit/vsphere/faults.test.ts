/** Faults of the vSphere API become PortErrors that say what to do. */
import { describe, expect, it } from '@jest/globals';
import { faultError } from '../../../operator/vsphere/faults.ts';
import { localizedFault, soapFault } from '../../../operator/vsphere/vimFault.ts';
import { XmlNode } from '../../../operator/vsphere/xmlNode.ts';

function node(xml: string): XmlNode {
  const [root] = XmlNode.parse(`<root xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${xml}</root>`).list('root');
  if (root === undefined) {
    throw new Error('no root');
  }
  return root;
}

const taskError = (xml: string) => faultError('PowerOnVM_Task of vm-42', localizedFault(node(xml)), 'VsphereTaskFailed');

describe('soapFault', () => {
  it('takes the type from xsi:type, not from the name of the element', () => {
    const fault = soapFault(
      node(
        '<faultcode>ServerFaultCode</faultcode><faultstring>The session is not authenticated.</faultstring><detail><NotAuthenticatedFault xsi:type="NotAuthenticated"><privilegeId>System.View</privilegeId></NotAuthenticatedFault></detail>',
      ),
    );
    expect(fault).toMatchObject({ type: 'NotAuthenticated', texts: ['The session is not authenticated.'] });
  });

  it.each([
    { why: "vcsim's prefix", attribute: '_XMLSchema-instance:type="InvalidLogin"' },
    { why: 'a prefixed type', attribute: 'xsi:type="vim25:InvalidLogin"' },
  ])('reads the type under $why', ({ attribute }) => {
    expect(soapFault(node(`<detail><X ${attribute}/></detail>`)).type).toBe('InvalidLogin');
  });

  it('is a plain MethodFault when the server gives no detail', () => {
    expect(soapFault(node('<faultstring>Operation timed out.</faultstring>'))).toMatchObject({
      type: 'MethodFault',
      texts: ['Operation timed out.'],
    });
  });
});

describe('localizedFault', () => {
  it('collects the texts of the fault, of its messages and of its causes, each once', () => {
    const fault = localizedFault(
      node(`<fault xsi:type="GenericVmConfigFault">
          <faultCause><fault xsi:type="SystemError"><faultMessage><key>k</key><message>inner message</message></faultMessage></fault><localizedMessage>cause</localizedMessage></faultCause>
          <faultMessage><key>a</key><message>first</message></faultMessage>
          <faultMessage><key>b</key><message>second</message></faultMessage>
          <faultMessage><key>c</key><message>first</message></faultMessage>
          <reason>reason</reason>
        </fault>
        <localizedMessage>outer</localizedMessage>`),
    );
    expect(fault.texts).toEqual(['outer', 'first', 'second', 'cause', 'inner message', 'reason']);
  });

  it("leaves out vcsim's names of Go types and empty texts", () => {
    expect(localizedFault(node('<fault xsi:type="InvalidState"/><localizedMessage>*types.InvalidState</localizedMessage>')).texts).toEqual(
      [],
    );
  });
});

describe('faultError', () => {
  it.each([
    { fault: 'InvalidLogin', code: 'VsphereCredentialsRejected' },
    { fault: 'PasswordExpired', code: 'VsphereCredentialsRejected' },
    { fault: 'NoPermission', code: 'VspherePermissionDenied' },
    { fault: 'RestrictedVersion', code: 'VspherePermissionDenied' },
    { fault: 'ManagedObjectNotFound', code: 'VsphereObjectNotFound' },
    { fault: 'NotFound', code: 'VsphereObjectNotFound' },
    { fault: 'ConcurrentAccess', code: 'VsphereConcurrentChange' },
    { fault: 'TaskInProgress', code: 'VsphereTaskFailed' },
    { fault: 'SomethingNewIn9', code: 'VsphereTaskFailed' },
  ])('gives $code for $fault', ({ fault, code }) => {
    expect(taskError(`<fault xsi:type="${fault}"/>`)).toMatchObject({ code, detail: { fault } });
  });

  it('says what failed, the fault with its fields, the text and the remedy', () => {
    const error = taskError(
      '<fault xsi:type="NoPermission"><object type="VirtualMachine">vm-42</object><privilegeId>VirtualMachine.Interact.PowerOn</privilegeId></fault><localizedMessage>Permission to perform this operation was denied.</localizedMessage>',
    );
    expect(error.message).toBe(
      'PowerOnVM_Task of vm-42 failed (NoPermission, privilegeId VirtualMachine.Interact.PowerOn, object vm-42): Permission to perform this operation was denied. Remedy: grant the account this privilege on the object',
    );
    expect(error.cause).toMatchObject({ name: 'VimFault' });
  });

  it('says in bytes what memory is missing', () => {
    const error = taskError(
      '<fault xsi:type="InsufficientHostMemoryCapacityFault"><unreserved>1024</unreserved><requested>2048</requested></fault>',
    );
    expect(error.message).toContain('unreserved 1024, requested 2048');
  });

  it.each([
    {
      situation: 'NoVirtualFunction',
      text: 'Failed to power on virtual machine X, pciPassthru:14: No SR-IOV virtual function (VF) is available for given physical function (PF) (0000:af:00.0).',
      detail: { noVirtualFunction: true, physicalFunction: '0000:af:00.0' },
    },
    {
      situation: 'NoVirtualFunction',
      text: 'no sr-iov virtual function (vf) is available for given physical function (pf)',
      detail: { noVirtualFunction: true },
    },
    {
      situation: 'MemoryNotReserved',
      text: 'Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize(32768).',
      detail: {},
    },
    {
      situation: 'PassthroughIdentityMismatch',
      text: 'The systemId does not match the current system or the deviceId and vendorId do not match the device currently at 97:0.0.',
      detail: {},
    },
    {
      situation: 'PassthroughNotActive',
      text: "Module 'DevicePowerOn' power on failed. Failed to start the virtual machine. Device 6:0.0 is not a passthrough device.",
      detail: {},
    },
    { situation: 'DevicePowerOnFailed', text: 'Module DevicePowerOn power on failed.', detail: {} },
    { situation: 'InterruptVectorsExhausted', text: 'WARNING: IntrVector: 233: Out of interrupt vectors', detail: {} },
    { situation: 'MmioTooSmall', text: 'PCIPassthru: total number of pages needed (4206594) exceeds limit (917504), failing', detail: {} },
  ])('recognises $situation in: $text', ({ situation, text, detail }) => {
    // Which fault class carries these texts is not documented; they may be anywhere in it.
    for (const xml of [
      `<fault xsi:type="GenericVmConfigFault"/><localizedMessage>${text}</localizedMessage>`,
      `<fault xsi:type="GenericVmConfigFault"><reason>${text}</reason></fault><localizedMessage>A general system error occurred</localizedMessage>`,
      `<fault xsi:type="SystemError"><faultMessage><key>k</key><message>${text}</message></faultMessage></fault>`,
      `<fault xsi:type="SystemError"><faultCause><fault xsi:type="GenericVmConfigFault"/><localizedMessage>${text}</localizedMessage></faultCause></fault>`,
    ]) {
      const error = taskError(xml);
      expect(error).toMatchObject({ code: 'VsphereTaskFailed', detail: { situation, ...detail } });
      expect(error.message).toContain('Remedy: ');
    }
  });

  it('does not see SR-IOV in other texts', () => {
    const { detail } = taskError(
      '<fault xsi:type="InvalidState"/><localizedMessage>The operation is not allowed in the current state.</localizedMessage>',
    );
    expect(detail).toEqual({ fault: 'InvalidState' });
  });

  it('keeps messages to one line of bounded length', () => {
    const { message } = taskError(`<fault xsi:type="SystemError"/><localizedMessage>${'line\n'.repeat(400)}</localizedMessage>`);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(700);
  });
});
