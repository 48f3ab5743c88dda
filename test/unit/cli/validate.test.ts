/** Offline validation against the cases that a real API server judges in test/integration/api: both must agree. */
import { describe, expect, it } from '@jest/globals';
import { evaluate } from '../../../operator/cli/cel/evaluate.ts';
import { CelUnsupported, parseCel } from '../../../operator/cli/cel/parse.ts';
import type { Manifest } from '../../../operator/cli/manifests.ts';
import { judge } from '../../../operator/cli/validate/judge.ts';
import { readSchemas, type Schema } from '../../../operator/cli/validate/schema.ts';
import { validate } from '../../../operator/cli/validate/validate.ts';
import { acceptedAttachments, acceptedHosts } from '../../integration/api/acceptedCases.ts';
import { attachmentObject, hostObject } from '../../integration/api/objects.ts';
import { refusedAccess } from '../../integration/api/refusedAccess.ts';
import { refusedAttachments } from '../../integration/api/refusedAttachments.ts';
import { refusedContents } from '../../integration/api/refusedContents.ts';

async function verdictOf(object: unknown) {
  const [judged] = await judge([object as Manifest]);
  if (judged === undefined) throw new Error('nothing was judged');
  return { faults: judged.faults, left: judged.left };
}

describe('what the API server takes is taken', () => {
  it.each(acceptedHosts)('host: $why', async ({ edits }) => {
    expect(await verdictOf(hostObject('h', edits))).toEqual({ faults: [], left: [] });
  });
  it.each(acceptedAttachments)('attachment: $why', async ({ edits }) => {
    expect(await verdictOf(attachmentObject('a', edits))).toEqual({ faults: [], left: [] });
  });
});

describe('what it refuses is refused', () => {
  it.each([...refusedAccess, ...refusedContents])('host: $why', async ({ edits }) => {
    expect((await verdictOf(hostObject('h', edits))).faults.length).toBeGreaterThan(0);
  });
  it.each(refusedAttachments)('attachment: $why', async ({ edits }) => {
    expect((await verdictOf(attachmentObject('a', edits))).faults.length).toBeGreaterThan(0);
  });
});

describe('the words', () => {
  it.each([
    { why: 'a misspelt field', edits: { 'esxi.adress': 'x' }, says: 'unknown field spec.esxi.adress; is it misspelt?' },
    { why: 'a missing one', edits: { esxi: undefined }, says: 'spec.esxi: required, and missing' },
    { why: 'a rule, with the value', edits: { 'esxi.address': 'esx-01:22' }, says: 'spec.esxi.address: "esx-01:22" must be a DNS name' },
    { why: 'a bound', edits: { 'esxi.sshPort': 0 }, says: 'spec.esxi.sshPort: 0 must be greater than or equal to 1' },
    {
      why: 'a message made by a rule',
      edits: { 'adapters.0.parameters': { NUM_OF_VFS: '8' } },
      says: 'NUM_OF_VFS follows from ports and firmwareVfs',
    },
    { why: 'a wrong type', edits: { adapters: 'x' }, says: 'spec.adapters: must be of type array, is "x"' },
  ])('of $why', async ({ edits, says }) => {
    expect((await verdictOf(hostObject('h', edits))).faults.join('\n')).toContain(says);
  });

  it('of a rule that cannot be judged offline name it, and do not refuse the object', () => {
    const rule = 'duration(self) > duration("1s")';
    const verdict = validate('5s', { type: 'string', 'x-kubernetes-validations': [{ rule, message: 'too short' }] });
    expect(verdict).toEqual({ faults: [], left: [`the object: ${rule}`] });
  });
});

describe('CEL', () => {
  it('of every rule in our CRDs can be read', async () => {
    const rules = [...(await readSchemas()).values()].flatMap(rulesOf);
    expect(rules.length).toBeGreaterThan(40);
    for (const rule of rules) expect(() => parseCel(rule)).not.toThrow();
  });

  it.each([
    { why: '&& binds stronger than ||', text: 'true || false && false', value: true },
    { why: 'the right side of || is not asked when the left holds', text: 'true || self.missing', value: true },
    { why: 'has() of a missing field', text: 'has(self.missing)', value: false },
    { why: 'has() of false', text: 'has(self.no)', value: true },
    { why: 'inherited names are no fields', text: 'has(self.toString)', value: false },
    { why: 'a choice', text: 'self.no ? 1 : 2', value: 2 },
    { why: 'a macro over a map walks its keys', text: "self.map.all(k, k in ['a', 'b'])", value: true },
    { why: 'exists_one', text: '[1, 2, 2].exists_one(x, x == 2)', value: false },
    { why: 'a bracket in a class of RE2', text: "'a]'.matches('^a[]]$')", value: true },
    { why: 'escapes', text: '"a\\"b" + \'c\\\'d\'', value: 'a"bc\'d' },
    { why: 'an index', text: '[1, 2][1]', value: 2 },
    { why: 'isIP', text: "isIP('2001:db8::1')", value: true },
  ])('$why', ({ text, value }) => {
    expect(evaluate(parseCel(text), { self: { no: false, map: { a: 1, b: 2 } } })).toEqual(value);
  });

  it.each([
    { why: 'a function that we do not have', text: 'self.no.reverse()' },
    { why: 'a pattern whose meaning differs', text: "'x'.matches('(?i)X')" },
    { why: 'an unfinished text', text: '"abc' },
    { why: 'something left over', text: '1 2' },
  ])('says that it does not know $why', ({ text }) => {
    expect(() => evaluate(parseCel(text), { self: { no: 'x' } })).toThrow(CelUnsupported);
  });
});

function rulesOf(schema: Schema): readonly string[] {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule, messageExpression }) => [
    rule,
    ...(messageExpression === undefined ? [] : [messageExpression]),
  ]);
  const children = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items === undefined ? [] : [schema.items]),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
  ];
  return [...own, ...children.flatMap(rulesOf)];
}
