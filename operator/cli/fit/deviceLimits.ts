/** How many virtual functions a card allows, where one has said so: it tells only when it refuses more. Pure. */
import type { SriovHost } from '../../api/types.ts';

/** By PSID, the smallest number that any card of that board named; boards that never refused anything are not in it. */
export function deviceLimits(hosts: readonly SriovHost[]): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const { status } of hosts) {
    for (const { name, psid, problem } of status?.adapters ?? []) {
      if (psid === undefined) continue;
      const refusals = (status?.journal ?? []).filter(({ subject, result }) => subject === name && result === 'Failed');
      for (const text of [problem?.message, ...refusals.map(({ detail }) => detail)]) {
        const limit = limitIn(text ?? '');
        if (limit !== undefined) limits.set(psid, Math.min(limit, limits.get(psid) ?? limit));
      }
    }
  }
  return limits;
}

/** As the operator words a refusal of mlxconfig. */
function limitIn(message: string): number | undefined {
  const [, number] = /allows at most (\d+) for NUM_OF_VFS/.exec(message) ?? [];
  return number === undefined ? undefined : Number(number);
}
