/** Sends SOAP bodies byte for byte as a test writes them, over verified TLS. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { SoapEndpoint } from '../../../simulator/soap/soapEndpoint.ts';
import { parseXml, type XmlNode, XSI } from '../../../simulator/soap/wire/xmlNode.ts';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  /** `<MethodResponse>` or `<Fault>`. */
  readonly content: XmlNode;
  /** Type of the fault, by xsi:type, or undefined. */
  readonly fault: string | undefined;
  readonly setCookie: string | undefined;
}

export class RawClient {
  readonly #endpoint: SoapEndpoint;
  readonly #agent: Agent;
  soapAction: string | undefined;
  cookie: string | undefined;

  constructor(endpoint: SoapEndpoint) {
    this.#endpoint = endpoint;
    this.#agent = new Agent({ ca: endpoint.certificate.certPem, keepAlive: false });
    this.soapAction = `urn:vim25/${endpoint.service.view.apiVersion}`;
  }

  /** Names of the endpoint's own objects. */
  get naming() {
    return this.#endpoint.service.view.naming;
  }

  /** `call` is the method element; it is put into an envelope. */
  send(call: string): Promise<RawAnswer> {
    return this.sendEnvelope(
      '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
        `xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soapenv:Body>${call}</soapenv:Body></soapenv:Envelope>`,
    );
  }

  async sendEnvelope(envelope: string): Promise<RawAnswer> {
    const { status, body, headers } = await this.#request('POST', '/sdk', envelope);
    const content = parseXml(body).children[0]?.children[0];
    if (content === undefined) {
      throw new Error(`an answer without content: ${body}`);
    }
    const detail = content.children.find((child) => child.name === 'detail');
    return { status, body, content, fault: detail?.children[0]?.attributes.get(`{${XSI}}type`), setCookie: headers['set-cookie']?.[0] };
  }

  async get(path: string): Promise<{ readonly status: number; readonly body: string }> {
    return await this.#request('GET', path, '');
  }

  /** Logs in and keeps the cookie, byte for byte. */
  async login(username: string, password: string): Promise<RawAnswer> {
    const { type, value } = this.naming.service('sessionManager');
    const answer = await this.send(
      `<Login xmlns="urn:vim25"><_this type="${type}">${value}</_this><userName>${username}</userName><password>${password}</password></Login>`,
    );
    this.cookie = answer.setCookie?.split(';')[0] ?? this.cookie;
    return answer;
  }

  async #request(
    method: string,
    path: string,
    body: string,
  ): Promise<{ status: number; body: string; headers: IncomingMessage['headers'] }> {
    const outgoing = request(`https://${this.#endpoint.server}${path}`, {
      method,
      agent: this.#agent,
      headers: {
        'Content-Type': 'text/xml; charset=utf-8',
        ...(this.soapAction === undefined ? {} : { SOAPAction: this.soapAction }),
        ...(this.cookie === undefined ? {} : { Cookie: this.cookie }),
      },
    });
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: incoming.statusCode ?? 0, body: await text(incoming), headers: incoming.headers };
  }
}

/** The first element with that name, depth first; undefined when there is none. */
export function findNode(node: XmlNode, name: string): XmlNode | undefined {
  if (node.name === name) {
    return node;
  }
  for (const child of node.children) {
    const found = findNode(child, name);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Every element with that name, in document order. */
export function findNodes(node: XmlNode, name: string): readonly XmlNode[] {
  return [...(node.name === name ? [node] : []), ...node.children.flatMap((child) => findNodes(child, name))];
}

/** The type that xsi:type gives, without its prefix. */
export function typeOf(node: XmlNode | undefined): string | undefined {
  return node?.attributes.get(`{${XSI}}type`)?.replace(/^.*:/, '');
}
