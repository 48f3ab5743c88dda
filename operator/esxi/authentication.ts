/** Chooses what to prove an identity with: the key where the host takes keys, then the password, once, by one method. */
import type { AnyAuthMethod, AuthHandlerMiddleware, KeyboardInteractiveAuthMethod } from 'ssh2';
import { PortError } from '../ports/errors.ts';
import type { EsxiCredentials } from '../ports/esxiHost.ts';

/** What happened during one log-in, for the message when it fails. */
export interface Authentication {
  readonly handler: AuthHandlerMiddleware;
  /** The error for a log-in that the host refused. */
  rejection(host: string): PortError;
  /** True once the password or a key was offered to the host. */
  credentialsSent(): boolean;
}

/**
 * The first request is `none`, which fails and tells what the host offers. The password goes by keyboard-interactive
 * where that is offered (ESXi 8 offers nothing else), otherwise as a plain password; never by both: ESXi locks an account
 * for 15 minutes after five failures. `giveUp` is called when nothing is left to try, or the host asks for what nobody has.
 */
export function authentication(credentials: EsxiCredentials, giveUp: () => void): Authentication {
  const { username, password, privateKey } = credentials;
  const tried = new Set<'publickey' | 'password'>();
  let offered: readonly string[] = [];
  let askedAgain = false;

  const keyMethod = (): AnyAuthMethod | undefined => {
    if (privateKey === undefined || tried.has('publickey') || !offered.includes('publickey')) return undefined;
    tried.add('publickey');
    return { type: 'publickey', username, key: privateKey };
  };

  const answer: KeyboardInteractiveAuthMethod['prompt'] = (_name, _instructions, _lang, prompts, finish) => {
    const secretPrompts = prompts.filter((prompt) => prompt.echo !== true);
    if (prompts.length === 0) return finish([]);
    if (tried.has('password') || prompts.length > 1 || secretPrompts.length !== 1) {
      askedAgain = true;
      return giveUp();
    }
    tried.add('password');
    return finish([password ?? '']);
  };

  let interactiveBegun = false;
  const passwordMethod = (): AnyAuthMethod | undefined => {
    if (password === undefined || tried.has('password')) return undefined;
    if (offered.includes('keyboard-interactive') && !interactiveBegun) {
      interactiveBegun = true;
      return { type: 'keyboard-interactive', username, prompt: answer };
    }
    if (!offered.includes('password')) return undefined;
    tried.add('password');
    return { type: 'password', username, password };
  };

  return {
    handler: (methodsLeft, _partialSuccess, next) => {
      // Before the first answer ssh2 gives null here, against its types.
      const first = !Array.isArray(methodsLeft);
      if (!first) offered = methodsLeft;
      const method: AnyAuthMethod | undefined = first ? { type: 'none', username } : (keyMethod() ?? passwordMethod());
      if (method === undefined) giveUp();
      else next(method);
    },
    credentialsSent: () => tried.size > 0,
    rejection: (host) => new PortError('CredentialsRejected', rejectionMessage({ host, username, tried, offered, askedAgain })),
  };
}

interface Rejection {
  readonly host: string;
  readonly username: string;
  readonly tried: ReadonlySet<string>;
  readonly offered: readonly string[];
  readonly askedAgain: boolean;
}

function rejectionMessage({ host, username, tried, offered, askedAgain }: Rejection): string {
  if (askedAgain) {
    return `${host} asked user ${username} for more than the password; it may be wrong, expired or need a second factor. It will not be tried again until the Secret changes`;
  }
  if (tried.size === 0) {
    return `${host} takes no credentials of the kinds given for user ${username}; it offers ${offered.join(', ') || 'nothing'}`;
  }
  const what = [...tried].map((method) => (method === 'publickey' ? 'SSH key' : 'password')).join(' and the ');
  return (
    `${host} rejected the ${what} of user ${username}; correct the Secret, or allow the user under lockdown mode. ` +
    'The same credentials will not be tried again: ESXi locks an account after a few failures'
  );
}
