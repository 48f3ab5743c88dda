/** A firmware burn that goes on without whoever began it: its connection was lost, or the operator ended in the middle of it. Reads only. */
import type { EsxiHost, UnfinishedBurn } from '../../../ports/esxiHost.ts';
import type { Fact } from '../../fact.ts';
import { becauseOfBurn, LONGEST_BURN_MS } from '../burnUnderWay.ts';
import type { HostBasics } from '../observation.ts';
import { attempt } from '../observe.ts';

/** Undefined where no burn is under way. */
export async function observeBurn(
  host: EsxiHost,
  { uptimeMs }: HostBasics,
  signal: AbortSignal,
): Promise<Fact<UnfinishedBurn> | undefined> {
  const burn = await attempt(() => host.unfinishedBurn(signal));
  if (!burn.known) return burn;
  const { value } = burn;
  const age = value === undefined ? -1 : uptimeMs - value.begunUptimeMs;
  // A burn from before the last start ended with it, whatever became of the file that tells of it.
  if (value === undefined || age < 0 || age > LONGEST_BURN_MS) return undefined;
  return { known: true, value };
}

/** Why the tools are not asked. */
export function besideBurn(burn: Fact<UnfinishedBurn>): Fact<never> {
  return burn.known ? { known: false, because: becauseOfBurn(burn.value) } : burn;
}
