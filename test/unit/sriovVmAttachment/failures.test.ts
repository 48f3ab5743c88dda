/** What a failed step means to users, by the code, the detail and the text of the error. */
import { describe, expect, it } from '@jest/globals';
import { failureReason, messageOf } from '../../../operator/controllers/sriovVmAttachment/failures.ts';
import { PortError, type PortErrorOptions } from '../../../operator/ports/errors.ts';

const failed = (message: string, detail: NonNullable<PortErrorOptions['detail']> = {}) =>
  new PortError('VsphereTaskFailed', message, { detail });

const ROWS = [
  {
    why: 'a pending question holds the task',
    step: 'PowerOnVm',
    error: failed('asks', { question: 'Continue?' }),
    reason: 'VmHasQuestion',
  },
  {
    why: 'the adapter knows the text',
    step: 'PowerOnVm',
    error: failed('x', { noVirtualFunction: true }),
    reason: 'NoFreeVirtualFunction',
  },
  {
    why: 'the resource pool is too small',
    step: 'PowerOnVm',
    error: failed('x', { fault: 'InsufficientMemoryResourcesFault' }),
    reason: 'InsufficientMemory',
  },
  {
    why: 'the host is too small',
    step: 'ReconfigureVm',
    error: failed('x', { fault: 'InsufficientHostMemoryCapacityFault' }),
    reason: 'InsufficientMemory',
  },
  {
    why: 'the reservation is missing',
    step: 'PowerOnVm',
    error: failed('x', { situation: 'MemoryNotReserved' }),
    reason: 'MemoryNotReserved',
  },
  {
    why: 'a text about power-on does not explain a refused change',
    step: 'ReconfigureVm',
    error: failed('x', { situation: 'PassthroughNotActive' }),
    reason: 'ReconfigureFailed',
  },
  { why: 'any other refusal to power on', step: 'PowerOnVm', error: failed('x'), reason: 'PowerOnFailed' },
  { why: 'any other refusal of the change', step: 'ReconfigureVm', error: failed('x'), reason: 'ReconfigureFailed' },
  { why: 'any other refusal to power off', step: 'PowerOffVm', error: failed('x'), reason: 'VsphereFault' },
  {
    why: 'a part of the change is missing, not the VM',
    step: 'ReconfigureVm',
    error: new PortError('VsphereObjectNotFound', 'no port group'),
    reason: 'ReconfigureFailed',
  },
  { why: 'the VM is missing', step: 'PowerOffVm', error: new PortError('VsphereObjectNotFound', 'no VM'), reason: 'VmNotFound' },
  {
    why: 'somebody else changed the VM',
    step: 'ReconfigureVm',
    error: new PortError('VsphereConcurrentChange', 'x'),
    reason: 'VmChangedMeanwhile',
  },
  { why: 'nobody foresaw it', step: 'PowerOffVm', error: new TypeError('x is not a function'), reason: 'InternalError' },
] as const;

describe('failureReason', () => {
  it.each(ROWS)('$why: $reason', ({ step, error, reason }) => {
    expect(failureReason(step, error)).toEqual({ reason, message: messageOf(error) });
  });

  it('shows no text of an error that did not come through a port', () => {
    expect(messageOf(new TypeError('password hunter2'))).not.toContain('hunter2');
  });
});
