/** Simulated OpenSM and sminfo: with `virt_enabled` as NVIDIA builds it, or without as Linux distributions do. Texts: opensm 3.3.23, infiniband-diags. */
import { type GuestProgram, OK, type ProgramCall, type ProgramResult } from './guestPrograms.ts';
import type { SimFabric } from './simFabric.ts';
import type { SimGuest } from './simGuest.ts';

export interface OpensmOptions {
  readonly version: string;
  readonly virtualization: boolean;
}

const RULER = '-------------------------------------------------\n';

/** What an OpenSM that runs read when it started. */
const started = new WeakMap<object, { readonly guid: string; readonly priority: number; readonly virtualization: boolean }>();

export function simOpensm({ version, virtualization }: OpensmOptions): GuestProgram {
  const banner = `${RULER}OpenSM ${version}\nCommand Line Arguments:\n`;
  return (call) => {
    const { guest, args } = call;
    if (args.includes('--version')) return { exitCode: 0, output: banner };
    const created = valueAfter(args, '--create-config');
    if (created !== undefined) {
      guest.files.set(created, { content: template(virtualization), permissions: 0o644 });
      return { exitCode: 0, output: `${banner} Creating config file template '${created}'.\n Log File: /var/log/opensm.log\n${RULER}` };
    }
    return run(call, virtualization, banner);
  };
}

/** Stays as a process; --daemon says no more than that whoever started it goes on. */
function run({ guest, username, args }: ProgramCall, virtualization: boolean, banner: string): ProgramResult {
  const config = guest.read(valueAfter(args, '--config') ?? '/etc/opensm/opensm.conf') ?? '';
  const wanted = valueAfter(args, '--guid')?.slice(2).match(/../g)?.join(':');
  const port = guest.ports().find(({ guid }) => wanted === undefined || guid === wanted);
  if (port === undefined) return { exitCode: 0, output: `${banner}No local ports detected!\n` };
  const process = guest.addProcess(username, ['/usr/sbin/opensm', ...args].join(' '));
  started.set(process, {
    guid: port.guid,
    priority: Number(/^sm_priority (\d+)/m.exec(config)?.[1] ?? 0),
    virtualization: virtualization && /^virt_enabled 2$/m.test(config),
  });
  return OK;
}

/** Of the OpenSM that runs in the guest, bound to this port. */
export function smSettings(guest: SimGuest, guid: string): { readonly priority: number; readonly virtualization: boolean } | undefined {
  const running = guest.processes().filter(({ exitCode }) => exitCode === undefined);
  return running.flatMap((process) => started.get(process) ?? []).find((settings) => settings.guid === guid);
}

/** `sminfo -C DEVICE -P PORT` */
export function simSminfo(fabric: SimFabric): GuestProgram {
  return ({ guest, args }) => {
    const port = guest.ports()[Number(/^mlx5_(\d+)$/.exec(valueAfter(args, '-C') ?? '')?.[1] ?? 0)];
    const master = port && fabric.masterOf(fabric.subnetOf(port.guid) ?? '');
    if (master === undefined) {
      return {
        exitCode: 255,
        output: "ibwarn: [1234] mad_rpc_open_port: can't open UMAD port ((null):0)\nsminfo: iberror: failed: query\n",
      };
    }
    const guid = `0x${master.guid.replaceAll(':', '')}`;
    const line = `sminfo: sm lid ${master.lid} sm guid ${guid}, activity count 42 priority ${master.priority} state 3 SMINFO_MASTER\n`;
    return { exitCode: 0, output: line };
  };
}

function valueAfter(args: readonly string[], option: string): string | undefined {
  const index = args.indexOf(option);
  return index < 0 ? undefined : args[index + 1];
}

function template(virtualization: boolean): string {
  const keys = [
    '#\n# DEVICE ATTRIBUTES OPTIONS\n#',
    'guid 0x0000000000000000',
    'm_key 0x0000000000000000',
    'sm_priority 0',
    'log_file /var/log/opensm.log',
  ];
  return `${[...keys, ...(virtualization ? ['virt_enabled 0', 'virt_max_ports_in_process 64'] : [])].join('\n')}\n`;
}
