/** What the host wrote about a link that is down, or about virtual functions that did not come; read only then. */
import type { SriovHost } from '../../../api/types.ts';
import { sameFirmwareValue } from '../firmwareValues.ts';
import { driverErrors, flappingUplinks } from '../logLines.ts';
import type { HostMemory } from '../memory.ts';
import type { HostObservation } from '../observation.ts';
import { attempt, type HostPorts } from '../observe.ts';

export interface LookAtTrouble {
  readonly host: SriovHost;
  readonly ports: HostPorts;
  readonly observation: HostObservation;
  readonly memory: HostMemory;
}

export async function lookAtLogs<L extends LookAtTrouble>(look: L, signal: AbortSignal): Promise<L> {
  const { observation, ports, memory } = look;
  if (!observation.host.known || !ports.host.known) return look;
  const esxi = ports.host.value;
  const { bootTime } = observation.host.value;
  const down = downUplinks(look);
  const missed = Object.keys(memory.tried).some((item) => item.startsWith('vfs/'));
  if (down.length === 0 && !missed) return look;
  const vobd = down.length === 0 ? undefined : await attempt(() => esxi.logTail('vobd', signal));
  const vmkernel = missed ? await attempt(() => esxi.logTail('vmkernel', signal)) : undefined;
  const logs = {
    flapping: vobd?.known === true ? flappingUplinks(vobd.value, bootTime).filter((name) => down.includes(name)) : [],
    driverErrors: vmkernel?.known === true ? driverErrors(vmkernel.value, bootTime) : [],
  };
  return { ...look, observation: { ...observation, logs } };
}

/** Uplinks of declared ports without a link. An InfiniBand port is a downed uplink by nature. */
function downUplinks({ host, observation }: LookAtTrouble): readonly string[] {
  return observation.adapters.flatMap(({ name, adapter, config }) => {
    const declared = host.spec.adapters.find((entry) => entry.name === name)?.ports ?? [];
    if (!adapter.known) return [];
    return adapter.value.ports.flatMap(({ number, vmnic, linkUp }) => {
      const stored = config.known ? config.value.parameters[`LINK_TYPE_P${number}`] : undefined;
      const value = stored?.current ?? stored?.next;
      const infiniband = value !== undefined && sameFirmwareValue('1', value);
      const wanted = declared.some((port) => port.number === number && port.vfs > 0);
      return wanted && linkUp === false && vmnic !== undefined && !infiniband ? [vmnic] : [];
    });
  });
}
