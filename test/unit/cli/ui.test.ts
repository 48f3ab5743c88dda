/** The pages of `ui`: who gets one, what is in it, and that nothing in it runs or leads anywhere. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { XMLValidator } from 'fast-xml-parser';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { answerRequest } from '../../../operator/cli/ui/answer.ts';
import { judge, routeOf, type UiRequest } from '../../../operator/cli/ui/gate.ts';
import { type RunningUi, serveUi } from '../../../operator/cli/ui/serve.ts';
import { type FakeKube, fakeKube, fleetAnswers, runVerb } from './fakeKube.ts';
import { attachment, fabric, host, stalled, waitingHost } from './objects.ts';

const GATE = { port: 8089, token: 'right' };
const io = { now: () => new Date('2026-01-01T00:00:00Z') };
const fleet = fakeKube(
  fleetAnswers([waitingHost(), host({ name: 'esx-02' })], [attachment({ spec: { hostRef: { name: 'esx-02', namespace: 'fleet' } } })]),
);

function asked(over: Partial<UiRequest> = {}): UiRequest {
  return { method: 'GET', target: '/?token=right', host: '127.0.0.1:8089', origin: undefined, ...over };
}

async function page(target: string, { kube }: FakeKube = fleet) {
  return await answerRequest(asked({ target: `${target}?token=right` }), GATE, { kube, io });
}

describe('the gate', () => {
  it.each([
    { why: 'the address as printed', over: {}, status: 200 },
    { why: 'a name that only this machine can mean', over: { host: 'localhost:8089' }, status: 200 },
    { why: 'HEAD reads as well', over: { method: 'HEAD' }, status: 200 },
    { why: 'its own page asks', over: { origin: 'http://127.0.0.1:8089' }, status: 200 },
    { why: 'a name that was made to point here', over: { host: 'evil.example:8089' }, status: 403 },
    { why: 'the name of another port', over: { host: '127.0.0.1:8090' }, status: 403 },
    { why: 'no name', over: { host: undefined }, status: 403 },
    { why: 'another page asks', over: { origin: 'https://evil.example' }, status: 403 },
    { why: 'a page of no origin asks', over: { origin: 'null' }, status: 403 },
    { why: 'no token', over: { target: '/' }, status: 403 },
    { why: 'the beginning of the token', over: { target: '/?token=righ' }, status: 403 },
    { why: 'more than the token', over: { target: '/?token=right1' }, status: 403 },
    { why: 'the first of two tokens counts', over: { target: '/?token=x&token=right' }, status: 403 },
    { why: 'an address that is none', over: { target: 'http://[' }, status: 403 },
    { why: 'writing, even with the token', over: { method: 'POST' }, status: 405 },
    { why: 'deleting', over: { method: 'DELETE' }, status: 405 },
    { why: 'writing without the token is not even told what is allowed', over: { method: 'PUT', target: '/' }, status: 403 },
    { why: 'no such page', over: { target: '/favicon.ico?token=right' }, status: 404 },
  ])('$why: $status', ({ over, status }) => {
    const verdict = judge(asked(over), GATE);
    expect('why' in verdict ? verdict.status : 200).toBe(status);
  });

  it('asks the cluster nothing for those it refuses', async () => {
    const { kube, asked: requests } = fakeKube({});
    const answers = [asked({ target: '/hosts/fleet/esx-01?token=no' }), asked({ host: 'evil.example' }), asked({ method: 'POST' })];
    for (const one of answers) expect((await answerRequest(one, GATE, { kube, io })).status).toBeGreaterThanOrEqual(403);
    expect(requests).toEqual([]);
  });
});

describe('routes', () => {
  it.each([
    { why: 'the fleet', path: '/', route: { page: 'fleet' } },
    { why: 'a host', path: '/hosts/fleet/esx-01.lab', route: { page: 'host', namespace: 'fleet', name: 'esx-01.lab' } },
    { why: 'an attachment', path: '/attachments/fleet/db-01', route: { page: 'attachment', namespace: 'fleet', name: 'db-01' } },
    { why: 'another kind', path: '/secrets/fleet/esx-01', route: undefined },
    { why: 'what every object has', path: '/constructor/fleet/x', route: undefined },
    { why: 'a subresource', path: '/hosts/fleet/esx-01/status', route: undefined },
    { why: 'no name', path: '/hosts/fleet', route: undefined },
    { why: 'a way out', path: '/hosts/fleet/..%2f..%2fsecrets', route: undefined },
    { why: 'a query of the API server', path: '/hosts/fleet/x%3fwatch=1', route: undefined },
  ])('$why', ({ path, route }) => {
    expect(routeOf(path)).toEqual(route);
  });
});

describe('a page', () => {
  it.each([
    {
      why: 'the fleet',
      target: '/',
      says: ['esx-01', '◌ Working', 'ApprovalRequired', '1 Working, 1 Ready', 'db-01', '<svg ', '└─port 2'],
    },
    {
      why: 'a host that waits',
      target: '/hosts/fleet/esx-01',
      says: ['What to do', 'kubectl sriov approve esx-01', '1 restart', 'SetFirmwareParameters', 'StartMst'],
    },
    { why: 'a host with a VM', target: '/hosts/fleet/esx-02', says: ['✔ Ready', 'nothing to do', '/attachments/fleet/db-01?token=right'] },
    {
      why: 'an attachment',
      target: '/attachments/fleet/db-01',
      says: ['/hosts/fleet/esx-02?token=right', '00:50:56:3f:00:01', 'Nothing was done'],
    },
  ])('shows $why', async ({ target, says }) => {
    const { status, body } = await page(target);
    expect(status).toBe(200);
    for (const text of says) expect(body).toContain(text);
  });

  it.each([{ target: '/' }, { target: '/hosts/fleet/esx-01' }, { target: '/attachments/fleet/db-01' }])(
    '$target can be read by those who do not see it, and loads and runs nothing',
    async ({ target }) => {
      const { headers, body } = await page(target);
      const nonce = /<style nonce="([^"]{20,})">/.exec(body)?.[1];
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(body).not.toMatch(/<script|<link|<img|<form|<iframe|<object|javascript:| on[a-z]+=| style=/i);
      // Every address leads to this server; that of the SVG is the name of its language.
      expect([...body.matchAll(/(?:href|src)="([^"]*)"/g)].filter(([, to = '']) => !/^\/(?!\/)/.test(to))).toEqual([]);
      expect(body.match(/<h1>/g)).toHaveLength(1);
      for (const landmark of ['<html lang="en">', '<header><nav aria-label=', '<main>', '<footer>', '<caption>', 'scope="row"']) {
        expect(body).toContain(landmark);
      }
      const markup = body.replace('<!doctype html>', '').replaceAll(/<meta ([^>]*)>/g, '<meta $1/>');
      expect(XMLValidator.validate(markup)).toBe(true);
    },
  );

  it('names the function of a VM that has a whole physical one', async () => {
    const { host: whole, manager } = fabric();
    const { body } = await page('/', fakeKube(fleetAnswers([whole], [manager])));
    expect(body).toContain('<td>0000:3b:00.0</td>');
  });

  it('loads itself anew, until the reader stops that', async () => {
    expect((await page('/hosts/fleet/esx-01')).body).toContain('<meta http-equiv="refresh" content="10">');
    const quiet = await answerRequest(asked({ target: '/?token=right&refresh=off' }), GATE, { kube: fleet.kube, io });
    expect(quiet.body).not.toContain('http-equiv="refresh"');
    expect(quiet.body).toContain('href="/hosts/fleet/esx-01?token=right&amp;refresh=off"');
  });

  it('has a nonce of its own each time', async () => {
    expect((await page('/')).headers['content-security-policy']).not.toBe((await page('/')).headers['content-security-policy']);
  });

  it('escapes whatever people and vendors write', async () => {
    const nasty = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&`;
    const bad = host({
      name: 'esx-01',
      annotations: { 'sriov.esxi.io/hold': nasty },
      status: {
        conditions: stalled(nasty, nasty),
        progress: nasty,
        journal: [{ time: nasty, action: 'StartMst', subject: nasty, result: 'Failed', durationSeconds: 1, detail: nasty, command: nasty }],
        plan: {
          hash: nasty,
          restarts: 1,
          affectedVms: [nasty],
          steps: [{ kind: 'WarmReboot', subject: nasty, description: nasty, because: nasty, disruption: 'Restart' }],
        },
        adapters: [{ name: 'fabric0', device: nasty, problem: { reason: nasty, message: nasty } }],
      },
    });
    const vm = attachment({
      spec: { vm: { name: nasty } },
      status: { conditions: stalled(nasty, nasty), progress: nasty, vm: { moRef: '1', name: nasty, powerState: 'poweredOn' } },
    });
    const hostile = fakeKube(fleetAnswers([bad], [vm]));
    for (const target of ['/', '/hosts/fleet/esx-01', '/attachments/fleet/db-01']) {
      const { status, body } = await page(target, hostile);
      expect(status).toBe(200);
      expect(body).not.toMatch(/<script|<img/i);
      expect(body).toContain('&lt;script&gt;');
    }
  });

  it.each([
    { why: 'no such host', kube: fleet, target: '/hosts/fleet/esx-09', status: 404, says: 'there is no SriovHost esx-09' },
    { why: 'no permission', kube: fakeKube({}, 403), target: '/hosts/fleet/esx-01', status: 403, says: 'you may not do this' },
    { why: 'no operator', kube: fakeKube({}), target: '/', status: 404, says: 'is the operator installed?' },
  ])('says what is in the way: $why', async ({ kube, target, status, says }) => {
    const answer = await page(target, kube);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(says);
  });
});

describe('the server', () => {
  let ui: RunningUi;
  beforeAll(async () => {
    ui = await serveUi({ kube: fleet.kube, io }, 0);
  });
  afterAll(async () => {
    await ui.stop();
  });

  it('listens on 127.0.0.1 with a long token that is new each time, and ends', async () => {
    const other = await serveUi({ kube: fleet.kube, io }, 0);
    const shape = /^http:\/\/127\.0\.0\.1:\d+\/\?token=([\w-]{43})$/;
    expect(shape.exec(other.url)?.[1]).toBeDefined();
    expect(shape.exec(other.url)?.[1]).not.toBe(shape.exec(ui.url)?.[1]);
    expect((await fetch(other.url)).status).toBe(200);
    await other.stop();
    await expect(fetch(other.url)).rejects.toThrow('fetch failed');
  });

  it('answers HEAD without a body, and refuses to write', async () => {
    const head = await fetch(ui.url, { method: 'HEAD' });
    expect({ status: head.status, body: await head.text() }).toEqual({ status: 200, body: '' });
    const post = await fetch(ui.url, { method: 'POST', body: 'x' });
    expect({ status: post.status, allow: post.headers.get('allow') }).toEqual({ status: 405, allow: 'GET, HEAD' });
  });

  it('refuses a name that was made to point here', async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(ui.url, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
    expect(status).toBe(403);
  });

  it('names a port that is taken', async () => {
    const port = Number(new URL(ui.url).port);
    await expect(serveUi({ kube: fleet.kube, io }, port)).rejects.toThrow(`port ${port} of 127.0.0.1 cannot be used`);
  });
});

describe('the verb', () => {
  it('tells before it serves that nothing may be read', async () => {
    await expect(runVerb(fakeKube({}, 403), { verb: 'ui' })).rejects.toThrow('is forbidden');
  });

  it.each([{ port: '70000' }, { port: '-1' }, { port: 'http' }])('refuses the port $port', async ({ port }) => {
    await expect(runVerb(fleet, { verb: 'ui', flags: { port } })).rejects.toThrow(`--port is '${port}'; give a number from 1 to 65535`);
  });

  it('only ever reads', async () => {
    await page('/hosts/fleet/esx-01');
    expect(COMMANDS.find(({ name }) => name === 'ui')?.permissions).toEqual(['get and list sriovhosts and sriovvmattachments']);
    expect([...new Set(fleet.asked.map(({ method }) => method))]).toEqual(['GET']);
  });
});
