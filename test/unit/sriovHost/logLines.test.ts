/** Lines of logs: known texts of this boot count, everything else says nothing. */
import { describe, expect, it } from '@jest/globals';
import { driverErrors, flappingUplinks, lastErrorOf } from '../../../operator/controllers/sriovHost/logLines.ts';

const BOOT = new Date('2026-01-01T12:00:00Z');
const FLAP =
  '[netCorrelator] 51us: [esx.problem.net.vmnic.linkstate.flapping] Taking down physical NIC vmnic5 because the link is flapping.';
const ERROR = 'cpu3:2097)ALERT: <NMLX_ERR> nmlx5_coreQueryTir:268 command failed: IO was aborted';
const at = (time: string, text: string) => `2026-01-01T${time}Z ${text}`;

describe('flappingUplinks', () => {
  it.each([
    { why: 'the text of KB 324499', lines: [at('12:30:00.123', FLAP)], expected: ['vmnic5'] },
    { why: 'twice', lines: [at('12:30:00', FLAP), at('12:31:00', FLAP)], expected: ['vmnic5'] },
    { why: 'shortly before a boot that another clock timed', lines: [at('11:55:00', FLAP)], expected: ['vmnic5'] },
    { why: 'of an earlier boot', lines: [at('10:00:00', FLAP)], expected: [] },
    { why: 'without a time', lines: [FLAP], expected: [] },
    { why: 'another line', lines: [at('12:30:00', '[esx.problem.net.vmnic.linkstate.down] vmnic5 is down')], expected: [] },
  ])('$why', ({ lines, expected }) => {
    expect(flappingUplinks(lines, BOOT)).toEqual(expected);
  });
});

describe('driverErrors', () => {
  it('keeps what the driver marks as an error, from the mark on, once', () => {
    const lines = [
      at('11:00:00', ERROR.replace('268', '1')),
      at('12:01:00', ERROR),
      at('12:02:00', ERROR),
      at('12:03:00', 'nmlx5_core loaded'),
    ];
    expect(driverErrors(lines, BOOT)).toEqual(['<NMLX_ERR> nmlx5_coreQueryTir:268 command failed: IO was aborted']);
  });

  it.each([
    { why: 'without an address', error: '<NMLX_ERR> attach failed', slot: '0000:3b:00', mine: true },
    { why: 'its own address', error: '<NMLX_ERR> 0000:3B:00.1 attach failed', slot: '0000:3b:00', mine: true },
    { why: 'that of another adapter', error: '<NMLX_ERR> 0000:5e:00.0 attach failed', slot: '0000:3b:00', mine: false },
  ])('is about an adapter: $why', ({ error, slot, mine }) => {
    expect(lastErrorOf(['<NMLX_ERR> 0000:86:00.0 x', error], slot)).toBe(mine ? error : undefined);
  });
});
