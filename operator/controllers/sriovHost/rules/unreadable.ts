/** Rule: an adapter whose firmware cannot be read does not keep its host in maintenance mode for ever. */
import type { AdapterWork, PlanInput } from './input.ts';

/** After a start of the host a tool may fail for a while; one that fails for longer is that adapter's own trouble. In milliseconds. */
const PATIENCE_MS = 5 * 60_000;
const TOOL_PROBLEMS: ReadonlySet<string> = new Set(['CommandFailed', 'OutputNotUnderstood']);

/** Only what was read and failed: an adapter that refused a write just now is tried again at once, so the host stays where it is. */
export function unreadableForLong(work: AdapterWork, { memory, observation, now }: PlanInput): boolean {
  const seen = observation.adapters.find(({ name }) => name === work.name);
  const unread = seen !== undefined && (!seen.config.known || !seen.firmware.known || seen.config.value.incomplete !== undefined);
  const since = memory.lastRestart?.completedTime ?? memory.maintenanceSince;
  if (!unread || since === undefined || !TOOL_PROBLEMS.has(work.problem?.reason ?? '')) return false;
  return now.getTime() - new Date(since).getTime() > PATIENCE_MS;
}
