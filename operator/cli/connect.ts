/** Opens the way to the API server, when a verb asks for it: loading what it takes is most of the plugin's start-up time. */
import type { KubeClient } from '../kube/client.ts';
import type { KubeConfigSource } from '../kube/connection.ts';
import { CliError, textOfError } from './exit.ts';
import type { CommandLine } from './flags.ts';
import type { KubeAccess } from './kubeAccess.ts';

export interface Connecting {
  readonly line: CommandLine;
  readonly signal: AbortSignal;
  /** Every client that was made, to be closed at the end. */
  readonly opened: KubeClient[];
}

interface Wanted {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly selector?: string;
}

export async function connect({ line, signal, opened }: Connecting): Promise<KubeAccess> {
  const [{ createKubeClient }, { openConnection }] = await Promise.all([import('../kube/client.ts'), import('../kube/connection.ts')]);
  const wanted = line.values as Wanted;
  try {
    const connection = openConnection(sourceOf(wanted));
    // Asks for the server, which fails on a context that does not exist.
    void connection.origin;
    const client = createKubeClient({ connection, userAgent: 'kubectl-sriov' });
    opened.push(client);
    const namespace = wanted.namespace ?? connection.namespace ?? 'default';
    const scope = line.values['all-namespaces'] === true ? undefined : namespace;
    return { client, namespace, scope, signal, ...(wanted.selector === undefined ? {} : { selector: wanted.selector }) };
  } catch (error) {
    const which = wanted.context === undefined ? '' : ` with context ${wanted.context}`;
    // The lines below the first one quote the file, which may hold a token.
    const [why] = textOfError(error).split('\n');
    throw new CliError(`no usable kubeconfig${which}: ${why}`, { cause: error });
  }
}

function sourceOf({ kubeconfig, context }: Wanted): KubeConfigSource {
  const chosen = context === undefined ? {} : { context };
  return kubeconfig === undefined ? { kind: 'default', ...chosen } : { kind: 'file', path: kubeconfig, ...chosen };
}
