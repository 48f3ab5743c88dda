// Equality as the API server sees it: the guard of "zero writes at rest".
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { semanticallyEqual } from '../../../operator/kube/semanticallyEqual.ts';

describe('semantic equality', () => {
  it.each([
    { why: 'the order of keys does not count', a: { x: 1, y: 2 }, b: { y: 2, x: 1 }, equal: true },
    { why: 'an undefined member is a missing one', a: { x: 1, y: undefined }, b: { x: 1 }, equal: true },
    { why: 'null is a value', a: { x: null }, b: {}, equal: false },
    { why: 'the order of a list counts', a: [1, 2], b: [2, 1], equal: false },
    { why: 'an empty list is not a missing one', a: { x: [] }, b: {}, equal: false },
    { why: 'a list is not an object', a: [], b: {}, equal: false },
    { why: 'a number is not its text', a: { x: 1 }, b: { x: '1' }, equal: false },
    { why: 'one member more', a: { x: 1 }, b: { x: 1, y: 2 }, equal: false },
    { why: 'other names with as many members', a: { x: undefined, y: 1 }, b: { z: 1 }, equal: false },
    { why: 'depth does not matter', a: { x: [{ y: { z: [1] } }] }, b: { x: [{ y: { z: [1] } }] }, equal: true },
  ])('$why', ({ a, b, equal }) => {
    expect(semanticallyEqual(a, b)).toBe(equal);
    expect(semanticallyEqual(b, a)).toBe(equal);
  });

  it('holds for anything that went through the wire', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => semanticallyEqual(value, JSON.parse(JSON.stringify(value)))));
  });
});
