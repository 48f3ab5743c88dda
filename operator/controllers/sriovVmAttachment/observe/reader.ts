/** Turns failures of a port into unknown facts, and keeps the first one. */
import { ATTACHMENT_REASON_OF_ERROR } from '../../../api/reasons/portErrorReasons.ts';
import { PortError } from '../../../ports/errors.ts';
import { unknown } from '../../fact.ts';
import type { AttachmentFact } from '../observation.ts';

export const NOT_SEEN = unknown('NotYetKnown', 'Not looked at yet: something that it rests on is unknown.');

export class Reader {
  failure: PortError | undefined;
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Throws only when aborted or on an error that is no PortError. */
  async fact<T>(read: () => Promise<AttachmentFact<T>>): Promise<AttachmentFact<T>> {
    if (this.failure !== undefined) return NOT_SEEN;
    try {
      return await read();
    } catch (error) {
      this.signal.throwIfAborted();
      if (!(error instanceof PortError)) throw error;
      this.failure = error;
      // Whether the VM exists is found out by looking for it; anything else that is missing is a fault.
      const reason = error.code === 'VsphereObjectNotFound' ? 'VsphereFault' : ATTACHMENT_REASON_OF_ERROR[error.code];
      return unknown(reason, error.message);
    }
  }

  /** Reads only what rests on something known. */
  async after<A, T>(fact: AttachmentFact<A>, read: (value: A) => Promise<AttachmentFact<T>>): Promise<AttachmentFact<T>> {
    return fact.known ? this.fact(() => read(fact.value)) : NOT_SEEN;
  }
}
