/** Whose maintenance mode it is, after everything that may have happened between two looks. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHost } from '../../../operator/api/types.ts';
import { readMemory } from '../../../operator/controllers/sriovHost/memory.ts';
import type { HostObservation } from '../../../operator/controllers/sriovHost/observation.ts';
import { settleMaintenance } from '../../../operator/controllers/sriovHost/rules/restartProgress.ts';
import { hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject } from '../../support/world/runHost.ts';

const SINCE = '2026-01-01T00:00:00Z';

function after(seconds: number, entering: boolean, maintenanceMode: boolean) {
  const maintenance = { enteredByUs: true, since: SINCE, ...(entering ? { entering } : {}) };
  const host: SriovHost = { ...hostObject(hostSpec({ adapters: [] })), status: { maintenance } };
  const observation = { host: { known: true, value: { maintenanceMode } } } as unknown as HostObservation;
  const now = new Date(Date.parse(SINCE) + seconds * 1000);
  const { maintenanceEnteredByUs: ours, maintenanceEntering } = settleMaintenance(readMemory(host, false), observation, {
    now,
    timeoutSeconds: 600,
  });
  return { ours, entering: maintenanceEntering };
}

describe('settleMaintenance', () => {
  it.each([
    {
      why: 'the command may still be at work after a crash',
      seconds: 300,
      entering: true,
      seen: false,
      expected: { ours: true, entering: true },
    },
    { why: 'it ended well after the crash', seconds: 300, entering: true, seen: true, expected: { ours: true, entering: false } },
    {
      why: 'its time is up: whoever enters now is somebody else',
      seconds: 700,
      entering: true,
      seen: false,
      expected: { ours: false, entering: false },
    },
    {
      why: 'it was reached, and somebody ended it',
      seconds: 300,
      entering: false,
      seen: false,
      expected: { ours: false, entering: false },
    },
    { why: 'it was reached and lasts', seconds: 90_000, entering: false, seen: true, expected: { ours: true, entering: false } },
  ])('$why', ({ seconds, entering, seen, expected }) => {
    expect(after(seconds, entering, seen)).toEqual(expected);
  });
});
