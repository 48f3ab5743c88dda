/** `sminfo` of infiniband-diags: who is the master of the subnet that a port is on. Pure. */

export interface MasterInfo {
  readonly lid: number;
  /** `b8:59:9f:03:00:aa:bb:cc`. */
  readonly guid: string;
  readonly priority: number;
  /** `SMINFO_MASTER` and the like. */
  readonly state: string;
}

/** infiniband-diags src/sminfo.c: `sminfo: sm lid 1 sm guid 0x..., activity count 42 priority 0 state 3 SMINFO_MASTER`. */
const LINE = /sm lid (\d+) sm guid 0x([0-9a-f]+), activity count \d+ priority (\d+) state \d+ (SMINFO_\w+)/i;

/** Undefined where no Subnet Manager answered. */
export function parseSminfo(output: string): MasterInfo | undefined {
  const [, lid, guid, priority, state] = LINE.exec(output) ?? [];
  if (lid === undefined || guid === undefined || priority === undefined || state === undefined) return undefined;
  const octets = guid.toLowerCase().padStart(16, '0').match(/../g) ?? [];
  return { lid: Number(lid), guid: octets.join(':'), priority: Number(priority), state };
}
