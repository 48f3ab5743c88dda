/** Command line of the demo. */
import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly keep: boolean;
  readonly help: boolean;
}

export const USAGE = `Usage: npm run demo [-- --keep]

Shows the operator at work on seven simulated ESXi hosts and four VMs: from bare hosts to attached virtual functions.
Everything runs on this machine and on loopback only: a real Kubernetes API server with etcd, the operator as a process of its own
with the permissions of its service account, and simulated hosts that speak SSH, the vSphere API and Redfish.

  --keep   leave everything running afterwards, to try kubectl on it; Ctrl-C stops it
  --help   show this text

The first run builds or downloads kube-apiserver, etcd and kubectl, which can take minutes; they are kept in .cache/bin.
Nothing else is left behind. Colours follow the terminal and NO_COLOR.
`;

/** A wrong argument; the message names it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function parseCommandLine(args: readonly string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, { cause: error });
  }
}
