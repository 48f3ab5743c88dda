/** A running sushy-emulator with its fake driver: TLS, Basic authentication, one system whose power follows after seconds. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startServer } from '../../../support/apiserver/childProcess.ts';
import { freePort } from '../../../support/apiserver/freePort.ts';
import { makeCertificate } from '../../../support/tls/makeCertificate.ts';

/** UUID of the only system that the fake driver has. */
const SYSTEM = '27946b59-9e44-4fa7-8e91-f3527a1ef094';
const START_TIMEOUT_MS = 30_000;

export interface SushyEmulator {
  readonly systemUrl: string;
  readonly username: string;
  readonly password: string;
  readonly caBundle: string;
  readonly stop: () => Promise<void>;
}

export async function startSushyEmulator(bin: string): Promise<SushyEmulator> {
  const folder = await mkdtemp(join(tmpdir(), 'sushy-'));
  const certificate = await makeCertificate(['127.0.0.1']);
  const [username, password] = ['operator', 'sushy-secret'];
  const hash = await bcrypt(bin, password);
  const file = (name: string) => join(folder, name);
  await writeFile(file('cert.pem'), certificate.certPem);
  await writeFile(file('key.pem'), certificate.keyPem, { mode: 0o600 });
  await writeFile(file('htpasswd'), `${username}:${hash}\n`);
  await writeFile(
    file('emulator.conf'),
    `SUSHY_EMULATOR_STATE_DIR = ${JSON.stringify(folder)}\nSUSHY_EMULATOR_AUTH_FILE = ${JSON.stringify(file('htpasswd'))}\n`,
  );
  const port = await freePort();
  const tls = ['--ssl-certificate', file('cert.pem'), '--ssl-key', file('key.pem')];
  const args = ['--fake', '--config', file('emulator.conf'), '-i', '127.0.0.1', '-p', String(port), ...tls];
  const server = startServer(join(bin, 'sushy-emulator'), args, file('log'));
  const stop = async () => {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = AbortSignal.timeout(START_TIMEOUT_MS);
  while (!(await answers(port))) {
    if (deadline.aborted || !server.running()) {
      const log = await server.logTail();
      await stop();
      throw new Error(`sushy-emulator does not listen on port ${port}: ${log}`);
    }
    await sleep(50);
  }
  return { systemUrl: `https://127.0.0.1:${port}/redfish/v1/Systems/${SYSTEM}`, username, password, caBundle: certificate.certPem, stop };
}

/** The only kind of hash that the emulator takes; its own library makes it. */
async function bcrypt(bin: string, password: string): Promise<string> {
  const program = 'import bcrypt, sys; print(bcrypt.hashpw(sys.argv[1].encode(), bcrypt.gensalt(4)).decode())';
  const { stdout } = await promisify(execFile)(join(bin, 'python3'), ['-c', program, password]);
  return stdout.trim();
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
