// The watch cache: which news counts, what it changed, and that nobody can change it from outside.
import { describe, expect, it } from '@jest/globals';
import { Mirror, type Mirrored } from '../../../operator/kube/mirror.ts';

interface Thing extends Mirrored {
  readonly spec: { readonly list: readonly number[] };
}

interface Parts {
  readonly name?: string;
  readonly uid?: string;
  readonly version?: string;
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

function thing({ name = 'a', uid = 'u1', version = '1', generation = 1, annotations = {} }: Parts = {}): Thing {
  return { metadata: { namespace: 'ns', name, uid, resourceVersion: version, generation, annotations }, spec: { list: [1, 2] } };
}

function mirrorOf(...things: readonly Thing[]): Mirror<Thing> {
  const mirror = new Mirror<Thing>();
  mirror.replace(things);
  return mirror;
}

const said = (changes: readonly { readonly type: string; readonly key: string }[]) => changes.map(({ type, key }) => `${type} ${key}`);

describe('one piece of news', () => {
  it.each([
    { why: 'an unknown object is added', news: thing({ name: 'b' }), changes: ['added ns/b'] },
    { why: 'a later version is an update', news: thing({ version: '2' }), changes: ['updated ns/a'] },
    { why: 'the same version is no news', news: thing(), changes: [] },
    { why: 'an earlier version came late', news: thing({ version: '0' }), changes: [] },
    { why: 'versions are numbers, not text', news: thing({ version: '10' }), changes: ['updated ns/a'] },
    { why: 'another UID is another object', news: thing({ uid: 'u2', version: '2' }), changes: ['deleted ns/a', 'added ns/a'] },
    { why: 'a version that is no number is believed', news: thing({ version: 'x' }), changes: ['updated ns/a'] },
  ])('$why', ({ news, changes }) => {
    expect(said(mirrorOf(thing()).upsert(news))).toEqual(changes);
  });

  it('of a deletion removes the object, unless the name belongs to another by now', () => {
    const mirror = mirrorOf(thing({ uid: 'u2' }));
    expect(mirror.delete(thing({ uid: 'u1' }))).toEqual([]);
    expect(said(mirror.delete(thing({ uid: 'u2' })))).toEqual(['deleted ns/a']);
    expect(mirror.delete(thing({ uid: 'u2' }))).toEqual([]);
  });

  it.each([
    { why: 'nothing but the version', news: thing({ version: '2' }), statusOnly: true },
    { why: 'the spec, which counts the generation up', news: thing({ version: '2', generation: 2 }), statusOnly: false },
    { why: 'an annotation, which may be a verb', news: thing({ version: '2', annotations: { hold: '' } }), statusOnly: false },
  ])('that changes $why says so', ({ news, statusOnly }) => {
    expect(mirrorOf(thing()).upsert(news)).toEqual([{ key: 'ns/a', type: 'updated', statusOnly }]);
  });
});

describe('the answer to a request of our own', () => {
  it.each([
    { why: 'it is ahead of the watch', told: '5', news: thing({ version: '6' }), changes: ['updated ns/a'] },
    { why: 'the watch has passed it, and has told of whatever came then', told: '6', news: thing({ version: '6' }), changes: [] },
    { why: 'the object may have been deleted since', told: '9', news: thing({ name: 'b', version: '6' }), changes: [] },
    { why: 'an object that was created after the last news', told: '5', news: thing({ name: 'b', version: '6' }), changes: ['added ns/b'] },
  ])('is taken as far as it is news: $why', ({ told, news, changes }) => {
    const mirror = mirrorOf(thing());
    mirror.advance(told);
    expect(said(mirror.learn(news))).toEqual(changes);
  });

  it('tells of a re-created object, and a watch that lags does not bring the old one back', () => {
    const mirror = mirrorOf(thing({ version: '3' }));
    expect(said(mirror.learn(thing({ uid: 'u2', version: '9' })))).toEqual(['deleted ns/a', 'added ns/a']);
    expect(mirror.upsert(thing({ version: '5' }))).toEqual([]);
    expect(mirror.delete(thing({ version: '7' }))).toEqual([]);
    expect(mirror.get('ns/a')?.metadata.uid).toBe('u2');
  });
});

describe('a complete list', () => {
  it('adds, updates and removes, and is silent about what is as before', () => {
    const mirror = mirrorOf(thing({ name: 'same' }), thing({ name: 'newer' }), thing({ name: 'gone' }));
    const changes = mirror.replace([thing({ name: 'same' }), thing({ name: 'newer', version: '5' }), thing({ name: 'added' })]);
    expect(said(changes)).toEqual(['deleted ns/gone', 'updated ns/newer', 'added ns/added']);
  });

  it('is believed even when its versions are older: the server may have been restored from a backup', () => {
    const mirror = mirrorOf(thing({ version: '900' }));
    expect(said(mirror.replace([thing({ version: '7' })]))).toEqual(['updated ns/a']);
  });
});

describe('what is handed out', () => {
  it('is frozen at every depth', () => {
    const object = mirrorOf(thing()).get('ns/a');
    expect(Object.isFrozen(object?.spec.list)).toBe(true);
    expect(() => Object.assign(object?.metadata ?? {}, { name: 'x' })).toThrow(TypeError);
  });

  it('as a list is the same list until something changes', () => {
    const mirror = mirrorOf(thing());
    const list = mirror.list();
    expect(mirror.list()).toBe(list);
    mirror.upsert(thing({ name: 'b' }));
    expect(mirror.list()).toHaveLength(2);
    expect(list).toHaveLength(1);
  });
});
