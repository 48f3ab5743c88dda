/** A scripted server with a host opened on it; everything is closed after each test of the file that imports this. */
import { afterEach } from '@jest/globals';
import { createEsxiConnector, type EsxiConnectorOptions } from '../../../../operator/esxi/connector.ts';
import type { CommandReport } from '../../../../operator/esxi/session.ts';
import type { EsxiConnector, EsxiHost } from '../../../../operator/ports/esxiHost.ts';
import { keptLog, PASSWORD, soon, targetOf } from './connect.ts';
import { makeKey } from './keys.ts';
import { type CommandIo, type ScriptedServer, type ServerScript, startScriptedServer } from './scriptedServer.ts';

const hostKey = makeKey('ecdsa');
const servers: ScriptedServer[] = [];
const connectors: EsxiConnector[] = [];

export interface Setup {
  readonly server: ScriptedServer;
  readonly esxi: EsxiConnector;
  readonly host: EsxiHost;
  readonly reports: CommandReport[];
}

export async function setUp(script: Partial<ServerScript>, options: Partial<EsxiConnectorOptions> = {}): Promise<Setup> {
  const server = await startScriptedServer({ hostKeys: [hostKey.privateKey], password: PASSWORD, ...script });
  const reports: CommandReport[] = [];
  const esxi = createEsxiConnector({ log: keptLog(), onCommand: (report) => reports.push(report), ...options });
  servers.push(server);
  connectors.push(esxi);
  return { server, esxi, reports, host: await esxi.open(targetOf(server.port), soon()) };
}

/** Answers each command by the first entry whose key it begins with. */
export function answers(table: Readonly<Record<string, (io: CommandIo) => void>>): NonNullable<ServerScript['onCommand']> {
  return (command, io) => {
    const entry = Object.entries(table).find(([start]) => command.startsWith(start));
    if (entry === undefined) io.exit(127);
    else entry[1](io);
  };
}

export const UPTIME = 'esxcli system stats uptime get';
export const print =
  (text: string, code = 0) =>
  (io: CommandIo): void => {
    io.channel.write(text);
    io.exit(code);
  };

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
