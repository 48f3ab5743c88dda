/** One method call on an endpoint, decoded and checked: what every method implementation gets. */

import type { Session } from './sessions.ts';
import type { SoapService } from './soapService.ts';
import type { DecodedObject } from './wire/decodedObject.ts';
import type { Ref, Value } from './wire/values.ts';

export interface Call {
  readonly service: SoapService;
  /** Undefined only for the methods that need none. */
  readonly session: Session | undefined;
  readonly self: Ref;
  readonly parameters: DecodedObject;
  readonly apiVersion: string;
  /** Aborted when the client has closed its connection. */
  readonly signal: AbortSignal;
}

export interface CallResult {
  readonly value?: Value | undefined;
  /** Value of the session cookie to set. */
  readonly setCookie?: string;
}

export type Method = (call: Call) => CallResult | Promise<CallResult>;
