/** Plans for a host straight from a workstation: the operator's own look and planner, no cluster, nothing written. */
import type { SriovHost } from '../../api/types.ts';
import type { Fact } from '../../controllers/fact.ts';
import { readMemory } from '../../controllers/sriovHost/memory.ts';
import { attempt, observeHost } from '../../controllers/sriovHost/observe.ts';
import { bmcTarget, esxiTarget, type Secrets } from '../../controllers/sriovHost/observeTargets.ts';
import { planHost } from '../../controllers/sriovHost/plan.ts';
import { reportHost } from '../../controllers/sriovHost/status.ts';
import type { Bmc, BmcConnector } from '../../ports/bmc.ts';
import type { EsxiConnector } from '../../ports/esxiHost.ts';
import { CliError } from '../exit.ts';
import { readOnlyHost } from './readOnly.ts';

export interface DirectPorts {
  readonly secrets: Secrets;
  readonly esxi: EsxiConnector;
  readonly bmc: BmcConnector;
  readonly now: () => Date;
}

/** The host with the status that the operator would give it on a first look. Throws when the host itself cannot be read. */
export async function planDirectly(host: SriovHost, ports: DirectPorts, signal: AbortSignal): Promise<SriovHost> {
  const { secrets, esxi, now } = ports;
  const shell = await attempt(async () => readOnlyHost(await esxi.open(await esxiTarget(secrets, host, undefined, signal), signal)));
  const bmc = host.spec.bmc === undefined ? undefined : await openBmc(host, ports, signal);
  const observation = await observeHost({ host: shell, bmc, now }, host.spec, signal);
  if (!observation.host.known) throw new CliError(`${host.metadata.name} cannot be read: ${observation.host.because.message}`);
  const memory = readMemory(host, false);
  const { spec, metadata } = host;
  const plan = planHost({ spec, generation: metadata.generation, annotations: {}, observation, memory, now: now() });
  return { ...host, status: reportHost({ host, observation, plan, memory, failure: undefined, now: now() }) };
}

async function openBmc(host: SriovHost, { secrets, bmc }: DirectPorts, signal: AbortSignal): Promise<Fact<Bmc>> {
  return await attempt(async () => {
    const target = await bmcTarget(secrets, host, signal);
    if (target === undefined) throw new Error('spec.bmc is not set');
    return readOnlyBmc(bmc.open(target));
  });
}

/** As `readOnlyHost`: the planner reads the system and its BIOS settings, and nothing else is let through. */
function readOnlyBmc(bmc: Bmc): Bmc {
  const reads: ReadonlySet<string | symbol> = new Set<keyof Bmc>(['system', 'biosAttributes', 'pendingBiosAttributes']);
  return new Proxy(bmc, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (reads.has(name)) return value.bind(target);
      return () => {
        throw new Error(`${String(name)} would change the host, and a direct plan only reads`);
      };
    },
  });
}
