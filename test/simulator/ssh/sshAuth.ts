/** Log-in to a simulated host: passwords by keyboard-interactive only, as ESXi's sshd has it; and public keys. */
import ssh2, { type AuthContext, type Connection, type PublicKeyAuthContext } from 'ssh2';
import type { HostWorld } from '../world/hostWorld.ts';

const METHODS: ('keyboard-interactive' | 'publickey')[] = ['publickey', 'keyboard-interactive'];
/** MaxAuthTries of OpenSSH. */
const MAX_TRIES = 6;

export function authenticate(connection: Connection, world: HostWorld): void {
  let tries = 0;
  connection.on('authentication', (context) => {
    if (context.method === 'none') {
      context.reject(METHODS);
      return;
    }
    tries += 1;
    if (tries > MAX_TRIES) {
      connection.end();
      return;
    }
    decide(context, world);
  });
}

function decide(context: AuthContext, world: HostWorld): void {
  switch (context.method) {
    case 'keyboard-interactive':
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
        if (world.accounts.loginWithPassword(context.username, answers[0] ?? '')) {
          context.accept();
        } else {
          context.reject(METHODS);
        }
      });
      return;
    case 'publickey':
      if (acceptsKey(context, world)) {
        context.accept();
      } else {
        context.reject(METHODS);
      }
      return;
    default:
      // `PasswordAuthentication no`.
      context.reject(METHODS);
  }
}

function acceptsKey(context: PublicKeyAuthContext, world: HostWorld): boolean {
  const offered = `${context.key.algo} ${context.key.data.toString('base64')}`;
  if (context.key.algo === 'ssh-ed25519' || !world.accounts.acceptsKey(context.username, offered)) {
    return false;
  }
  if (context.signature === undefined || context.blob === undefined) {
    // The client only asks whether the key would do.
    return true;
  }
  const key = ssh2.utils.parseKey(offered);
  return !(key instanceof Error) && key.verify(context.blob, context.signature, context.hashAlgo) === true;
}
