// Somebody else at a vSphere server, who renames, makes and destroys VMs with requests of his own.
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Outsider } from '../vsphereContract/contractWorld.ts';

export interface OutsiderOptions {
  /** `host:port`. */
  readonly server: string;
  readonly certificatePem: string;
  readonly username: string;
  readonly password: string;
  /** Managed object references of the server's own objects. */
  readonly sessionManager: string;
  readonly propertyCollector: string;
}

export async function startOutsider(options: OutsiderOptions): Promise<Outsider> {
  const client = new OutsideClient(options);
  const { username, password, sessionManager } = options;
  await client.call(
    'Login',
    ['SessionManager', sessionManager],
    `<userName>${escaped(username)}</userName><password>${escaped(password)}</password>`,
  );
  const vm = (moRef: string): readonly [string, string] => ['VirtualMachine', moRef];
  return {
    rename: async (moRef, name) => {
      await client.call('Rename_Task', vm(moRef), `<newName>${name}</newName>`);
    },
    remove: async (moRef) => {
      await client.call('Destroy_Task', vm(moRef));
    },
    create: async (like, name) => {
      const folder = await client.property(vm(like), 'parent');
      const pool = await client.property(vm(like), 'resourcePool');
      const files = '<files><vmPathName>[LocalDS_0]</vmPathName></files>';
      const config = `<config><name>${name}</name><guestId>otherGuest</guestId>${files}<numCPUs>1</numCPUs><memoryMB>64</memoryMB></config>`;
      await client.call('CreateVM_Task', ['Folder', folder], `${config}<pool type="ResourcePool">${pool}</pool>`);
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

class OutsideClient {
  readonly #options: OutsiderOptions;
  #cookie = '';

  constructor(options: OutsiderOptions) {
    this.#options = options;
  }

  async property([type, moRef]: readonly [string, string], path: string): Promise<string> {
    const propSet = `<propSet><type>${type}</type><pathSet>${path}</pathSet></propSet>`;
    const spec = `<specSet>${propSet}<objectSet><obj type="${type}">${moRef}</obj></objectSet></specSet><options/>`;
    const answer = await this.call('RetrievePropertiesEx', ['PropertyCollector', this.#options.propertyCollector], spec);
    return /<val[^>]*>([^<]*)<\/val>/.exec(answer)?.[1] ?? '';
  }

  /** Resolves when the server has answered; a task it started ends on its own. */
  async call(method: string, [type, moRef]: readonly [string, string], parameters = ''): Promise<string> {
    const body =
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body>' +
      `<${method} xmlns="urn:vim25"><_this type="${type}">${moRef}</_this>${parameters}</${method}></s:Body></s:Envelope>`;
    const { status, answer } = await this.#post(body);
    if (status !== 200) throw new Error(`${method}: HTTP ${status} ${answer}`);
    return answer;
  }

  #post(body: string): Promise<{ readonly status: number; readonly answer: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number; readonly answer: string }>();
    const { server, certificatePem } = this.#options;
    const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: 'urn:vim25/6.5', Cookie: this.#cookie };
    const outgoing = request(`https://${server}/sdk`, { method: 'POST', ca: certificatePem, headers, agent: false }, (incoming) => {
      this.#cookie = incoming.headers['set-cookie']?.[0]?.split(';')[0] ?? this.#cookie;
      text(incoming).then((answer) => resolve({ status: incoming.statusCode ?? 0, answer }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  }
}
