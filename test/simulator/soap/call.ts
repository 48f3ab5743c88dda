/** One method call on an endpoint, decoded and checked: what every method implementation gets. */
import type { DecodedObject } from './decodedObject.ts';
import type { SoapService } from './soapService.ts';
import type { Session } from './sessions.ts';
import type { Ref, Value } from './values.ts';

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
