/** A vim25 service without HTTP: request text in, answer text out, over one view of the inventory. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SimFault } from '../world/vmFault.ts';
import type { Call, CallResult, Method } from './call.ts';
import { ChangeSignal } from './collector/changeSignal.ts';
import { type FindObject, managedObjectNotFound } from './collector/propertyQuery.ts';
import { authorizationMethods } from './methods/authorizationMethods.ts';
import { clusterMethods } from './methods/clusterMethods.ts';
import { collectorMethods } from './methods/collectorMethods.ts';
import { guestMethods } from './methods/guestMethods.ts';
import { hostMethods } from './methods/hostMethods.ts';
import { searchMethods } from './methods/searchMethods.ts';
import { serviceMethods } from './methods/serviceMethods.ts';
import { vmMethods } from './methods/vmMethods.ts';
import { isManagedType } from './objects/managedObject.ts';
import { SoapObjects } from './objects/soapObjects.ts';
import type { View } from './objects/view.ts';
import { type CheckLogin, Sessions } from './sessions.ts';
import { SoapMisbehaviours } from './soapMisbehaviour.ts';
import { requestedVersion } from './wire/apiVersion.ts';
import { decodeCall, invalidRequest } from './wire/decode.ts';
import { type FaultStyle, ownFields } from './wire/faultValue.ts';
import type { Ref } from './wire/values.ts';
import { type WireMethod, wireMethod } from './wire/wireMethods.ts';
import { parseXml, SOAP_ENVELOPE, VIM25, type XmlNode } from './wire/xmlNode.ts';
import { XML_STYLES, type XmlStyle, XmlWriter } from './wire/xmlWriter.ts';

export interface SoapServiceOptions {
  readonly view: View;
  readonly checkLogin: CheckLogin;
  readonly style?: XmlStyle;
  readonly faultStyle?: FaultStyle;
  /** A session unused for so long is over; default 30 minutes. */
  readonly sessionIdleMs?: number;
}

export interface SoapRequest {
  readonly body: string;
  readonly soapAction: string | undefined;
  readonly cookie: string | undefined;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

/** `drop`: close the connection without an answer. */
export type SoapAnswer = 'drop' | { readonly status: number; readonly body: string; readonly setCookie?: string | undefined };

const METHODS: Readonly<Record<string, Method>> = {
  ...serviceMethods,
  ...collectorMethods,
  ...searchMethods,
  ...vmMethods,
  ...hostMethods,
  ...clusterMethods,
  ...authorizationMethods,
  ...guestMethods,
};
const OPEN_TO_ALL: readonly string[] = ['RetrieveServiceContent', 'Login'];

export class SoapService {
  readonly view: View;
  readonly checkLogin: CheckLogin;
  readonly sessions: Sessions;
  readonly changes = new ChangeSignal();
  readonly misbehaviours = new SoapMisbehaviours();
  /** Calls answered, by method: what tests count. */
  readonly calls = new Map<string, number>();
  readonly #objects: SoapObjects;
  readonly #writer: XmlWriter;

  constructor(options: SoapServiceOptions) {
    this.view = options.view;
    this.checkLogin = options.checkLogin;
    this.sessions = new Sessions(options.sessionIdleMs ?? 1_800_000);
    this.#objects = new SoapObjects(options.view, options.faultStyle ?? 'localizedMessage');
    this.#writer = new XmlWriter(options.style ?? XML_STYLES.vsphere);
  }

  async answer(request: SoapRequest): Promise<SoapAnswer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof SimFault) {
        return { status: 500, body: this.#writer.fault(error.type, error.message, ownFields(this.view, error)) };
      }
      throw error;
    }
  }

  /** Finds objects as the caller's session and API version see them. */
  finder({ session, apiVersion }: Pick<Call, 'session' | 'apiVersion'>): FindObject {
    return this.#objects.finder(session, apiVersion);
  }

  notAuthenticated(object: Ref): SimFault {
    return new SimFault('NotAuthenticated', 'The session is not authenticated.', { object: { ...object }, privilegeId: 'System.View' });
  }

  async #answer(request: SoapRequest): Promise<SoapAnswer> {
    const element = methodElement(request.body);
    const method = wireMethod(element.name);
    const implementation = METHODS[element.name];
    if (method === undefined || implementation === undefined || element.namespace !== VIM25) {
      throw invalidRequest(`Unable to resolve WSDL method name ${element.name}`, 'SOAP body');
    }
    const apiVersion = requestedVersion(request.soapAction, this.view.apiVersion);
    if (apiVersion === undefined) {
      throw invalidRequest(`Unsupported version URI "${request.soapAction ?? ''}"`, 'SOAP body');
    }
    this.calls.set(method.name, (this.calls.get(method.name) ?? 0) + 1);
    const { self, parameters } = decodeCall(element, method, apiVersion);
    const misbehaved = await this.#misbehave(method.name, self);
    if (misbehaved !== undefined) {
      return misbehaved;
    }
    const session = this.sessions.find(request.cookie);
    const call: Call = { service: this, session, self, parameters, apiVersion, signal: request.signal };
    this.#checkAccess(call, method);
    const result: CallResult = await implementation(call);
    if (this.misbehaviours.take('dropAfter', method.name) !== undefined) {
      return 'drop';
    }
    return { status: 200, body: this.#writer.response(method.name, result.value), setCookie: result.setCookie };
  }

  async #misbehave(method: string, self: Ref): Promise<SoapAnswer | undefined> {
    const slow = this.misbehaviours.take('slow', method);
    if (slow !== undefined) {
      await sleep(slow.milliseconds, undefined, { ref: false });
    }
    if (this.misbehaviours.take('dropBefore', method) !== undefined) {
      return 'drop';
    }
    const denied = this.misbehaviours.take('denied', method);
    if (denied !== undefined) {
      const fields = { object: { ...self }, privilegeId: denied.privilegeId };
      throw new SimFault('NoPermission', 'Permission to perform this operation was denied.', fields);
    }
    const refused = this.misbehaviours.take('refuse', method);
    if (refused !== undefined) {
      throw refused.fault;
    }
    const broken = this.misbehaviours.take('httpError', method);
    return broken && { status: broken.status, body: 'no healthy upstream' };
  }

  #checkAccess(call: Call, method: WireMethod): void {
    if (call.session === undefined && !OPEN_TO_ALL.includes(method.name)) {
      throw this.notAuthenticated(call.self);
    }
    if (this.finder(call)(call.self) === undefined || !isManagedType(call.self.type, method.on)) {
      throw managedObjectNotFound(call.self);
    }
  }
}

function methodElement(body: string): XmlNode {
  try {
    const envelope = parseXml(body);
    const soapBody = envelope.children.find((child) => child.name === 'Body' && child.namespace === SOAP_ENVELOPE);
    const [element, ...others] = soapBody?.children ?? [];
    if (envelope.name === 'Envelope' && envelope.namespace === SOAP_ENVELOPE && element !== undefined && others.length === 0) {
      return element;
    }
  } catch (error) {
    throw invalidRequest(`XML document error: ${String(error)}`, 'SOAP envelope');
  }
  throw invalidRequest('expected a SOAP envelope whose body has one element', 'SOAP envelope');
}
