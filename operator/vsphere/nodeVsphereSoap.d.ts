// Types of the one class that node-vsphere-soap exports; the package ships none. Only what hardenedClient.ts touches.
declare module 'node-vsphere-soap' {
  import type { EventEmitter } from 'node:events';

  export type SoapMethod = (
    args: Readonly<Record<string, unknown>>,
    callback: (error: unknown) => void,
    options: Readonly<Record<string, unknown>>,
  ) => void;

  /** The part of `soap`'s client that is used here. */
  export interface SoapClient {
    readonly VimService: { readonly VimPort: Readonly<Record<string, SoapMethod>> };
    lastMessage: string | undefined;
    lastRequest: string | undefined;
    setSOAPAction(action: string): void;
  }

  export class Client extends EventEmitter {
    constructor(server: string, username: string, password: string, sslVerify: boolean);
    status: 'disconnected' | 'connecting' | 'ready';
    /** Options of `soap.createClient`. */
    clientopts: Readonly<Record<string, unknown>>;
    client: SoapClient | undefined;
    connectionInfo: { password: string };
    serviceContent: unknown;
    _loginArgs: Readonly<Record<string, unknown>>;
    /** Address or text of the WSDL. */
    _vcUrl: string;
    runCommand(command: string, args: Readonly<Record<string, unknown>>): EventEmitter;
    _connect(): void;
    _close(): void;
  }
}
