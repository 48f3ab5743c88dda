/**
 * node-vsphere-soap's Client, made safe. It keeps the library's log-in sequence, its session cookie and its SOAP envelope, and
 * replaces what endangers the process (docs/adr: node-vsphere-soap): see the comment at each override.
 */
import { EventEmitter } from 'node:events';
import { Client } from 'node-vsphere-soap';
import { encodeCall, type VimCall } from './codec.ts';
import type { MethodName } from './order.ts';
import { type ServiceContent, serviceContent } from './serviceContent.ts';
import { type Exchange, type HttpAnswer, type SoapTransport, UnexpectedAnswer } from './soapTransport.ts';
import { soapFault } from './vimFault.ts';
import { vimWsdl } from './wsdl.ts';
import { XmlNode } from './xmlNode.ts';

export interface HardenedClientOptions {
  /** `host` or `host:port`. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
  /** For example `urn:vim25/6.7`: the release of the API in which the server answers. */
  readonly soapAction: string;
  readonly transport: SoapTransport;
  /** Limits for each of the calls that make up the log-in. */
  readonly loginLimits: () => CallLimits;
}

export interface CallLimits {
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
}

const WSDL = vimWsdl();

export class HardenedClient extends Client {
  readonly #options: HardenedClientOptions;
  #sessionKey: string | undefined;

  constructor(options: HardenedClientOptions) {
    // `true`, or the library sets NODE_TLS_REJECT_UNAUTHORIZED=0 for the whole process. Trust is the transport's business.
    super(options.server, options.username, options.password, true);
    this.#options = options;
    // The library takes the text of a WSDL as well as its address.
    this._vcUrl = WSDL;
    this.clientopts = { endpoint: `https://${options.server}/sdk`, httpClient: options.transport };
    // An 'error' event without a listener would end the process.
    this.on('error', () => undefined);
  }

  /** What the server offers and where; known after `login`. */
  get content(): ServiceContent {
    // Set by the library from the answer that runCommand gives it.
    return this.serviceContent as ServiceContent;
  }

  /** What the server calls the session, for questions about it (UserSession.key); it is no credential. Known after `login`. */
  get sessionKey(): string | undefined {
    return this.#sessionKey;
  }

  /** Logs in, once. Rejects with a `VimFault` or with the transport's error. */
  async login(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.once('ready', resolve);
    this.once('error', (error: unknown) => {
      reject(error ?? new Error('the server did not answer the log-in as vSphere does'));
    });
    super._connect();
    try {
      await promise;
    } finally {
      // Nothing needs the password in here any more: a new log-in makes a new client.
      this.connectionInfo.password = '';
      this._loginArgs = {};
    }
  }

  /** Sends a call. Rejects with a `VimFault`, or with the transport's error; resolves with the answer's element. */
  async invoke(call: VimCall, limits: CallLimits): Promise<XmlNode> {
    const soap = this.client;
    const method = soap?.VimService.VimPort[call.method];
    if (soap === undefined || method === undefined) {
      throw new Error(`${call.method} was called before the log-in`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    let answer: HttpAnswer | undefined;
    const exchange: Exchange = { ...limits, deliver: (delivered) => (answer = delivered) };
    const done = (error: unknown) => {
      if (answer !== undefined && !error) {
        resolve(answer);
      } else {
        reject(error ?? new Error('the SOAP library gave no answer'));
      }
    };
    method({ _xml: encodeCall(call) }, done, { ...exchange });
    // The library keeps the last request for debugging; a log-in would leave the password there.
    soap.lastMessage = undefined;
    soap.lastRequest = undefined;
    return decodeAnswer(call.method, await promise);
  }

  /** The library connects from its constructor, before this object is complete; here `login` does it. */
  override _connect(): void {}

  /** The library logs out here and throws on failure; here the session does it, see session.ts. */
  override _close(): void {}

  /** For the library's own log-in sequence: events instead of exceptions, and typed faults. */
  override runCommand(command: string, args: Readonly<Record<string, unknown>>): EventEmitter {
    const emitter = new EventEmitter();
    this.#loginCall(command, args)
      .then((returnval) => {
        emitter.emit('result', { returnval });
        // After the log-in the library has registered its logout for the end of the process; one listener for each session.
        process.removeListener('beforeExit', this._close);
      })
      .catch((error: unknown) => this.emit('error', error));
    return emitter;
  }

  async #loginCall(command: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (command === 'RetrieveServiceContent') {
      this.client?.setSOAPAction(this.#options.soapAction);
      const answer = await this.invoke(
        { method: command, on: { kind: 'ServiceInstance', value: 'ServiceInstance' } },
        this.#options.loginLimits(),
      );
      return serviceContent(answer);
    }
    if (command === 'Login') {
      const { userName, password } = args as { userName: string; password: string };
      const answer = await this.invoke(
        { method: command, on: this.content.sessionManager, args: { userName, password } },
        { ...this.#options.loginLimits(), idempotent: false },
      );
      const session = answer.child('returnval');
      this.#sessionKey = session?.textOf('key');
      return { userName: session?.textOf('userName'), fullName: session?.textOf('fullName') };
    }
    throw new Error(`${command} is not part of the library's log-in`);
  }
}

/** The `...Response` element of an answer. Throws a `VimFault` for a SOAP fault, an Error for anything that is not SOAP. */
function decodeAnswer(method: MethodName, answer: HttpAnswer): XmlNode {
  let body: XmlNode | undefined;
  try {
    body = XmlNode.parse(answer.body).child('Envelope')?.child('Body');
  } catch (error) {
    throw new UnexpectedAnswer(answer.status, { cause: error });
  }
  const fault = body?.child('Fault');
  if (fault !== undefined) {
    throw soapFault(fault);
  }
  const response = body?.child(`${method}Response`);
  if (response === undefined) {
    throw new UnexpectedAnswer(answer.status);
  }
  return response;
}
