/** When the power of a host that does not switch off may be cut: every fact must speak for it. */
import { describe, expect, it } from '@jest/globals';
import type { RestartRecord } from '../../../operator/api/types.ts';
import { unknown } from '../../../operator/controllers/fact.ts';
import { followShutdown } from '../../../operator/controllers/sriovHost/rules/cleanShutdown.ts';
import type { PlanInput } from '../../../operator/controllers/sriovHost/rules/input.ts';
import type { BmcPowerState } from '../../../operator/ports/bmc.ts';

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();

const RECORD: RestartRecord = {
  kind: 'ColdCycle',
  requestedTime: at(0),
  generation: 1,
  bootTimeBefore: at(-1000),
  pending: [],
  sends: 1,
  state: 'Requested',
};

interface Case {
  readonly why: string;
  readonly record?: Partial<RestartRecord>;
  readonly power?: BmcPowerState;
  readonly because?: string;
  readonly forceOff?: 'Never' | 'AfterCleanShutdownTimedOut';
  /** Seconds since the shutdown was asked for; it has 600. */
  readonly after?: number;
  readonly expected: 'cut' | 'wait' | 'ask' | 'nothing';
}

const CASES: readonly Case[] = [
  { why: 'all facts speak for it', expected: 'cut' },
  { why: 'SSH is up and hostd is not', because: 'CommandFailed', expected: 'cut' },
  { why: 'nobody allowed it', forceOff: 'Never', expected: 'ask' },
  { why: 'the shutdown still has time', after: 599, expected: 'nothing' },
  { why: 'the command was repeated and has its time again', record: { sends: 2 }, after: 1100, expected: 'nothing' },
  { why: 'a reboot needs no power cut', record: { kind: 'WarmReboot' }, expected: 'nothing' },
  { why: 'it was off and boots', record: { powerOnTime: at(500) }, after: 100_000, expected: 'nothing' },
  { why: 'its power is off', power: 'Off', expected: 'nothing' },
  { why: 'it is being switched on', power: 'PoweringOn', expected: 'nothing' },
  { why: 'the BMC does not know', power: 'Unknown', expected: 'nothing' },
  { why: 'it rejects our credentials, so it answers', because: 'CredentialsRejected', expected: 'ask' },
  { why: 'our Secret is gone', because: 'SecretNotFound', expected: 'ask' },
  { why: 'it was cut a moment ago', record: { forceOffs: 1, forceOffTime: at(690) }, after: 700, expected: 'wait' },
  { why: 'the first cut had no effect', record: { forceOffs: 1, forceOffTime: at(610) }, after: 700, expected: 'cut' },
  { why: 'neither had the second', record: { forceOffs: 2, forceOffTime: at(700) }, after: 800, expected: 'ask' },
];

describe('followShutdown', () => {
  it.each(CASES)('$why: $expected', ({ record, power = 'On', because = 'HostUnreachable', forceOff, after = 601, expected }) => {
    const input = {
      spec: { disruption: { forceOff: forceOff ?? 'AfterCleanShutdownTimedOut', cleanShutdownTimeoutSeconds: 600 } },
      observation: { host: unknown(because, 'why the host cannot be seen') },
      now: new Date(after * 1000),
    } as unknown as PlanInput;
    const progress = followShutdown({ ...RECORD, ...record }, power, input);
    const ask = progress?.blocked?.reason === 'CleanShutdownTimedOut';
    const kinds = progress?.steps.map(({ kind }) => kind) ?? [];
    const got = progress === undefined ? 'nothing' : ask ? 'ask' : kinds.includes('ForceOff') ? 'cut' : 'wait';
    expect(got).toBe(expected);
  });
});
