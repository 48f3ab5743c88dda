/** Command line and environment of the operator. A wrong value ends the start with a message that names it. */
import { parseArgs } from 'node:util';

export interface Config {
  /** Path of a kubeconfig; undefined = the pod's own service account, or the user's default outside a cluster. */
  readonly kubeconfig: string | undefined;
  /** Namespaces to look after; empty = all. */
  readonly namespaces: readonly string[];
  /** Namespace of the leader lease. */
  readonly leaseNamespace: string;
  readonly leaderElection: boolean;
  readonly identity: string;
  /** Port of /healthz, /readyz and /metrics; 0 = any free one. */
  readonly healthPort: number;
  readonly logFormat: 'json' | 'human';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Hosts and attachments reconciled at the same time. */
  readonly workers: number;
  readonly recheckMs: number;
  readonly restartPollMs: number;
  readonly blockedPollMs: number;
  readonly graceMs: number;
  /** Most hosts that are in maintenance mode or restarting through us at the same time. */
  readonly maxUnavailableHosts: number;
}

/** The flags with their defaults, for `--help` and the documentation. */
export const FLAGS = {
  kubeconfig: { type: 'string', default: '', help: 'path of a kubeconfig; default: in-cluster, else $KUBECONFIG' },
  namespaces: { type: 'string', default: '', help: 'comma-separated namespaces to look after; empty: all' },
  'lease-namespace': { type: 'string', default: '', help: 'namespace of the leader lease; default: $POD_NAMESPACE, else default' },
  'leader-election': { type: 'string', default: 'true', help: 'true or false; false only where there is one replica for certain' },
  'health-port': { type: 'string', default: '8080', help: 'port of /healthz, /readyz and /metrics; 0: any free one' },
  'log-format': { type: 'string', default: 'json', help: 'json or human' },
  'log-level': { type: 'string', default: 'info', help: 'debug, info, warn or error' },
  workers: { type: 'string', default: '16', help: 'hosts, and attachments, reconciled at the same time' },
  'recheck-seconds': { type: 'string', default: '600', help: 'how often a host or VM at rest is looked at again, to notice drift' },
  'restart-poll-seconds': { type: 'string', default: '10', help: 'how often a restarting host is looked at' },
  'blocked-poll-seconds': { type: 'string', default: '30', help: 'how often to look while a person has to do something' },
  'max-unavailable-hosts': { type: 'string', default: '1', help: 'most hosts in maintenance or restarting through us at a time' },
  'grace-seconds': { type: 'string', default: '25', help: 'how long steps under way may go on after a stop' },
} as const;

type Flag = keyof typeof FLAGS;

/** A flag or variable that cannot be used; the message names it, its value and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function parseConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Config {
  const values = readFlags(args);
  return {
    kubeconfig: values.kubeconfig === '' ? undefined : values.kubeconfig,
    namespaces: values.namespaces.split(',').filter((name) => name !== ''),
    leaseNamespace: values['lease-namespace'] || env['POD_NAMESPACE'] || 'default',
    leaderElection: oneOf('leader-election', values, ['true', 'false']) === 'true',
    identity: env['POD_NAME'] ?? env['HOSTNAME'] ?? `pid-${process.pid}`,
    healthPort: number('health-port', values, { min: 0, max: 65535 }),
    logFormat: oneOf('log-format', values, ['json', 'human']),
    logLevel: oneOf('log-level', values, ['debug', 'info', 'warn', 'error']),
    workers: number('workers', values, { min: 1, max: 1000 }),
    recheckMs: seconds('recheck-seconds', values),
    restartPollMs: seconds('restart-poll-seconds', values),
    blockedPollMs: seconds('blocked-poll-seconds', values),
    graceMs: seconds('grace-seconds', values),
    maxUnavailableHosts: number('max-unavailable-hosts', values, { min: 1, max: 1000 }),
  };
}

/** Text for `--help`. */
export function usage(): string {
  const lines = Object.entries(FLAGS).map(
    ([name, { help, default: preset }]) => `  --${name.padEnd(22)} ${help}${preset === '' ? '' : ` (default ${preset})`}`,
  );
  return ['Usage: esxi-sriov-operator [flags]', '', ...lines, ''].join('\n');
}

function readFlags(args: readonly string[]): Readonly<Record<Flag, string>> {
  const options = Object.fromEntries(
    Object.entries(FLAGS).map(([name, { default: preset }]) => [name, { type: 'string' as const, default: preset }]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values as Record<Flag, string>;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\n\n${usage()}`, { cause: error });
  }
}

function oneOf<T extends string>(flag: Flag, values: Readonly<Record<Flag, string>>, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === values[flag]);
  if (found !== undefined) return found;
  throw new ConfigError(`--${flag} is '${values[flag]}'; use ${allowed.join(', ')}`);
}

function number(flag: Flag, values: Readonly<Record<Flag, string>>, { min, max }: { readonly min: number; readonly max: number }): number {
  const value = Number(values[flag]);
  if (values[flag] !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new ConfigError(`--${flag} is '${values[flag]}'; use a whole number from ${min} to ${max}`);
}

/** Fractions are allowed: tests poll fast. */
function seconds(flag: Flag, values: Readonly<Record<Flag, string>>): number {
  const value = Number(values[flag]);
  if (values[flag] !== '' && value > 0 && value <= 86_400) return value * 1000;
  throw new ConfigError(`--${flag} is '${values[flag]}'; use seconds, more than 0 and at most 86400`);
}
