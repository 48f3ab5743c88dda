/** The table of reasons keeps its promises: unique, stable words with help in full sentences, and a place for every error. */
import { describe, expect, it } from '@jest/globals';
import { CONDITION_TYPES, type ConditionTypeEntry } from '../../../operator/api/reasons/conditionTypes.ts';
import type { ReasonEntry } from '../../../operator/api/reasons/entry.ts';
import { ATTACHMENT_REASON_OF_ERROR, HOST_REASON_OF_ERROR } from '../../../operator/api/reasons/portErrorReasons.ts';
import { REASONS, reasonEntry, stalls } from '../../../operator/api/reasons.ts';
import { PORT_ERROR_CODES, PortError, type PortErrorCode } from '../../../operator/ports/errors.ts';

const rows: readonly ReasonEntry[] = REASONS;
const types: readonly ConditionTypeEntry[] = CONDITION_TYPES;
const name = (row: ReasonEntry): string => `${row.kinds.join('+')} ${row.reason}`;

describe('REASONS', () => {
  it('has each word once for each kind', () => {
    const words = rows.flatMap((row) => row.kinds.map((kind) => `${kind}/${row.reason}`));
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  it('has CamelCase words that fit into a condition and an event', () => {
    expect(rows.filter((row) => !/^([A-Z][a-z0-9]*)+$/.test(row.reason) || row.reason.length > 128).map(name)).toEqual([]);
  });

  it('explains and helps in full sentences', () => {
    const sentence = /^[A-Za-z].*[.]$/;
    expect(rows.filter((row) => !sentence.test(row.summary) || !sentence.test(row.remedy)).map(name)).toEqual([]);
  });

  it('puts each reason into a condition that its kinds have', () => {
    const known = (row: ReasonEntry): boolean => {
      const type = types.find((entry) => entry.type === row.condition);
      return type !== undefined && row.kinds.every((kind) => type.kinds.includes(kind));
    };
    expect(rows.filter((row) => !known(row)).map(name)).toEqual([]);
  });

  it('warns wherever the operator gives up', () => {
    expect(rows.filter((row) => row.stalls === true && row.event !== 'Warning').map(name)).toEqual([]);
  });

  it('gives one word the same event and the same consequence on both kinds, so that alerts need no case', () => {
    const differing = rows.filter((row) =>
      rows.some((other) => other.reason === row.reason && (other.event !== row.event || other.stalls !== row.stalls)),
    );
    expect(differing.map(name)).toEqual([]);
  });

  it('serves rows by kind and word', () => {
    expect(reasonEntry('SriovHost', 'SecretNotFound').condition).toBe('Reachable');
    expect(reasonEntry('SriovVmAttachment', 'SecretNotFound').condition).toBe('HostReady');
    expect(stalls('SriovHost', 'HostKeyMismatch')).toBe(true);
    expect(stalls('SriovHost', 'HostUnreachable')).toBe(false);
  });

  it('refuses a word that came past the types', () => {
    expect(() => reasonEntry('SriovHost', 'VmNotFound' as 'Succeeded')).toThrow('VmNotFound of SriovHost');
  });
});

describe('CONDITION_TYPES', () => {
  it('has the three of kstatus on both kinds, two of them abnormal', () => {
    const both = types.filter((entry) => entry.kinds.length === 2).map((entry) => [entry.type, entry.polarity]);
    expect(both).toEqual([
      ['Ready', 'Normal'],
      ['Reconciling', 'Abnormal'],
      ['Stalled', 'Abnormal'],
    ]);
  });
});

describe('the reasons of errors', () => {
  const codes = Object.keys(PORT_ERROR_CODES) as PortErrorCode[];

  // A host is never looked at from inside a guest.
  const ofHosts = codes.filter((code) => !code.startsWith('Guest'));

  it.each(ofHosts)('%s stalls a host exactly if trying again cannot help', (code) => {
    expect(stalls('SriovHost', HOST_REASON_OF_ERROR[code])).toBe(new PortError(code, '').terminal);
  });

  it.each(codes.filter((code) => /^(Vsphere|Secret|Guest)/.test(code)))(
    '%s stalls an attachment exactly if trying again cannot help',
    (code) => {
      expect(stalls('SriovVmAttachment', ATTACHMENT_REASON_OF_ERROR[code])).toBe(new PortError(code, '').terminal);
    },
  );
});
