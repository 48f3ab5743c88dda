// Log lines of a piece of work carry its fields, whoever writes them and however late.

import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createLog } from '../../../operator/engine/log.ts';
import { withLogFields } from '../../../operator/engine/logScope.ts';

function capture() {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { log: createLog({ stream }), lines };
}

it('two reconciles at the same time keep their lines apart, also after waiting', async () => {
  const { log, lines } = capture();
  const reconcile = async (host: string) => {
    log.info('begins');
    await nextTurn();
    log.info('ends');
    return host;
  };
  const hosts = await Promise.all(
    ['a', 'b'].map(async (host) => await withLogFields({ host, reconcileId: `id-${host}` }, () => reconcile(host))),
  );
  expect(hosts).toEqual(['a', 'b']);
  const told = lines.map(({ host, reconcileId, message }) => `${host} ${reconcileId} ${message}`);
  expect(told.sort()).toEqual(['a id-a begins', 'a id-a ends', 'b id-b begins', 'b id-b ends']);
});

it('what a line says itself goes before what is around it, and inner work before outer', () => {
  const { log, lines } = capture();
  withLogFields({ host: 'outer', generation: 1 }, () =>
    withLogFields({ host: 'inner' }, () => {
      log.info('first');
      log.info('second', { host: 'own' });
    }),
  );
  log.info('outside');
  expect(lines.map(({ host, generation }) => [host, generation])).toEqual([
    ['inner', 1],
    ['own', 1],
    [undefined, undefined],
  ]);
});
