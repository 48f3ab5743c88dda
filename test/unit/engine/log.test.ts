// What a log line shows and what it must never show.
import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLog, type LogOptions } from '../../../operator/engine/log.ts';
import { createRedactor } from '../../../operator/engine/redactor.ts';

function capture(options: LogOptions = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(chunk.toString().trimEnd());
      done();
    },
  });
  return { log: createLog({ ...options, stream }), lines, objects: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  it('writes one JSON object a line, with the fields of its children', () => {
    const { log, objects } = capture();
    log.child({ controller: 'hosts' }).child({ key: 'ns/a' }).info('reconciled', { ms: 12 });
    const [entry] = objects();
    expect(entry).toMatchObject({ level: 'info', message: 'reconciled', controller: 'hosts', key: 'ns/a', ms: 12 });
    expect(entry?.['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it.each([
    { level: 'debug' as const, kept: 4 },
    { level: 'info' as const, kept: 3 },
    { level: 'error' as const, kept: 1 },
  ])('keeps what is at least as grave as $level', ({ level, kept }) => {
    const { log, lines } = capture({ level });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines).toHaveLength(kept);
  });

  it('is readable on a terminal', () => {
    const { log, lines } = capture({ format: 'human' });
    log.warn('the watch failed', { path: '/apis/x', failures: 2 });
    expect(lines[0]).toMatch(/^\S+Z WARN {2}the watch failed path=\/apis\/x failures=2$/);
  });

  it('shows an error with its code and causes, and not what a client hung on it', () => {
    const { log, lines, objects } = capture();
    const cause = Object.assign(new Error('connect ECONNREFUSED'), {
      code: 'ECONNREFUSED',
      response: { headers: { authorization: 'Bearer x' } },
    });
    log.error('failed', { error: new Error('unreachable', { cause }) });
    expect(objects()[0]?.['error']).toEqual({
      name: 'Error',
      message: 'unreachable',
      cause: { name: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    });
    expect(lines[0]).not.toContain('Bearer');
  });

  it('gives the place of a programming error, and survives a cause that is its own', () => {
    const { log, objects } = capture();
    const loop = new TypeError('x is undefined');
    loop.cause = loop;
    log.error('bug', { error: loop });
    expect(objects()[0]?.['error']).toMatchObject({ name: 'TypeError', stack: expect.stringContaining('log.test.ts') });
  });

  it.each([
    { why: 'a string', error: 'thrown text', message: 'thrown text' },
    { why: 'nothing', error: undefined, message: undefined },
    { why: 'a number', error: 7, message: '7' },
  ])('takes $why where an error is expected', ({ error, message }) => {
    const { log, objects } = capture();
    log.error('failed', { error });
    expect((objects()[0]?.['error'] as { message?: string } | undefined)?.message).toBe(message);
  });

  it.each([
    { level: 'debug' as const, debugs: true },
    { level: 'info' as const, debugs: false },
  ])('tells whether lines of level debug are worth putting together: at $level $debugs', ({ level, debugs }) => {
    const { log } = capture({ level });
    expect([log.debugs, log.child({ key: 'ns/a' }).debugs]).toEqual([debugs, debugs]);
  });

  it('does not let a field overwrite time, level or message', () => {
    const { log, objects } = capture();
    log.info('real', { message: 'forged', level: 'debug', time: 'never' });
    expect(objects()[0]).toMatchObject({ message: 'real', level: 'info' });
  });
});

describe('redaction', () => {
  const secret = 'p"ss wörd\\1';

  it.each([
    { why: 'as it is', text: secret },
    { why: 'inside JSON', text: JSON.stringify({ error: secret }) },
    { why: 'inside JSON inside a log line', text: JSON.stringify(secret) },
    { why: 'in a URL', text: `https://root:${encodeURIComponent(secret)}@esx-01` },
    { why: 'in base64, as in a Secret', text: `data: ${Buffer.from(secret).toString('base64')}` },
  ])('hides a secret $why', ({ text }) => {
    const redactor = createRedactor();
    redactor.add(`${secret}\n`);
    const shown = redactor.redact(text);
    expect(shown).toContain('[redacted]');
    expect(shown).not.toMatch(/ss w|ss%20w|cCJzcyB3/);
  });

  it('hides each line of a private key', () => {
    const redactor = createRedactor();
    const line = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAA';
    redactor.add(`-----BEGIN OPENSSH PRIVATE KEY-----\n${line}\n-----END OPENSSH PRIVATE KEY-----\n`);
    expect(redactor.redact(`parse error near ${line}`)).toBe('parse error near [redacted]');
  });

  it('leaves short values alone, which are ordinary words', () => {
    const redactor = createRedactor();
    redactor.add('root');
    redactor.add('');
    expect(redactor.redact('cannot find root')).toBe('cannot find root');
  });

  it('works in the log as a whole', () => {
    const redactor = createRedactor();
    redactor.add('hunter2!');
    const { log, lines } = capture({ redact: redactor.redact });
    log.error('login failed with hunter2!', { command: ['-p', 'hunter2!'], error: new Error('bad password hunter2!') });
    expect(lines[0]).not.toContain('hunter2');
  });
});
