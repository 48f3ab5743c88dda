/** The map as a picture: whole without anything from elsewhere, readable without colours, and true to its data. */
import { describe, expect, it } from '@jest/globals';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { mapView } from '../../../operator/cli/mapView.ts';
import { escapeMarkup } from '../../../operator/cli/picture/escape.ts';
import { htmlPage } from '../../../operator/cli/picture/htmlPage.ts';
import { describe as describeMap, svgMap } from '../../../operator/cli/picture/svgMap.ts';
import { statusView } from '../../../operator/cli/statusView.ts';
import { fakeKube, fleetAnswers, runVerb } from './fakeKube.ts';
import { attachment, host, port } from './objects.ts';

const rows = mapView(statusView([host()], [attachment()]));
const svg = svgMap(rows);

describe('the SVG', () => {
  it('is well-formed, also with names that would break it', () => {
    const nasty = mapView(statusView([host({ name: 'a' })], [attachment({ name: 'x', status: { vm: vm('<b>&"\'\u0001') } })])).map(
      (row) => ({
        ...row,
        host: '</svg><script>',
      }),
    );
    expect(XMLValidator.validate(svgMap(nasty))).toBe(true);
    expect(svgMap(nasty)).not.toContain('<script>');
  });

  it('has one titled cell for each virtual function, and a sign in it', () => {
    const cells = [...svg.matchAll(/<g><title>([^<]*)<\/title><rect [^>]*fill="(#[0-9a-f]{6})"[^>]*\/><text [^>]*>([^<]+)<\/text><\/g>/g)];
    // The last one is the legend.
    expect(cells.slice(0, -1).map(([, title, , sign]) => `${sign} ${title}`)).toEqual([
      'A VM db-01, VF 0000:3b:00.2',
      '. free',
      '. free',
      '. free',
      '. free',
      '. free',
    ]);
    // Whoever sees no colours tells them by their signs.
    expect(new Map(cells.map(([, , fill, sign]) => [fill, sign])).size).toBe(new Set(cells.map(([, , , sign]) => sign)).size);
  });

  it('says in words what it shows', () => {
    const { svg: root } = new XMLParser({ ignoreAttributes: false }).parse(svg) as { readonly svg: Readonly<Record<string, unknown>> };
    expect(root['@_role']).toBe('img');
    expect(root['@_aria-label']).toBe('Virtual functions and who uses them');
    expect(root['desc']).toBe(describeMap(rows));
    expect(describeMap(rows)).toBe(
      'fleet/esx-01 fabric0 port 1 vmnic2: 1 in use, 3 free, 0 missing; fleet/esx-01 fabric0 port 2 vmnic3: 0 in use, 2 free, 0 missing',
    );
  });

  it('is as wide as its longest line, however few cells there are', () => {
    const name = 'a-virtual-machine-with-a-name-that-is-longer-than-all-the-cells-of-its-port';
    const named = svgMap(mapView(statusView([host()], [attachment({ status: { vm: vm(name) } })])));
    const width = Number(/viewBox="0 0 (\d+)/.exec(named)?.[1]);
    const line = new RegExp(`<text x="(\\d+)"[^>]*>([^<]*${name}[^<]*)<`).exec(named);
    // A letter of a 12 px monospace font is 7.2 px wide.
    expect(Number(line?.[1]) + Number(line?.[2]?.length) * 7.2).toBeLessThanOrEqual(width);
  });

  it('breaks long rows, and nothing leaves the picture', () => {
    const many = mapView(statusView([host({ status: { adapters: [{ name: 'fabric0', ports: [port(1, 100, 0)] }] } })], []));
    const picture = svgMap(many);
    const [, width, height] = /viewBox="0 0 (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)"/.exec(picture) ?? [];
    const places = [...picture.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="(\d+)"/g)];
    expect(places.length).toBeGreaterThan(100);
    for (const [, x, y, size] of places) {
      expect(Number(x) + Number(size)).toBeLessThanOrEqual(Number(width));
      expect(Number(y) + Number(size)).toBeLessThanOrEqual(Number(height));
    }
  });
});

describe('a port that a VM has as a whole', () => {
  it('is one cell', () => {
    const whole = attachment({
      name: 'sm-01',
      spec: { function: { kind: 'Physical', adapter: 'fabric0', port: 2 } },
      status: {
        device: { key: 1, kind: 'Physical', physicalFunction: '0000:3b:00.1' },
        link: { state: 'Active' },
        subnetManager: { state: 'Master' },
      },
    });
    const view = statusView([host()], [whole]);
    expect(mapView(view)[1]?.cells).toEqual([
      { use: 'ours', whole: true, attachment: 'sm-01', vm: 'sm-01', fabric: ['link Active', 'Subnet Manager Master'] },
    ]);
    expect(describeMap(mapView(view).slice(1))).toBe(
      'fleet/esx-01 fabric0 port 2 vmnic3: VM sm-01, the whole physical function, link Active, Subnet Manager Master',
    );
    // Of virtual functions it has none.
    expect(htmlPage(mapView(view).slice(1), new Date(0))).toContain('<td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>VM sm-01');
    expect(svgMap(mapView(view))).toContain('<title>VM sm-01, the whole physical function, link Active, Subnet Manager Master</title>');
  });
});

describe('the HTML', () => {
  const page = htmlPage(rows, new Date('2026-01-01T00:00:00Z'));

  it('loads nothing, and forbids it', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|<script|<link|<img|@import|url\(/);
  });

  it('has the numbers as a table for those who do not see the picture', () => {
    expect(page).toContain('<html lang="en">');
    expect(page).toContain(
      '<tr><th scope="row">fabric0 port 1 vmnic2</th><td>4</td><td>4</td><td>1</td><td>3</td><td>0</td><td>VM db-01, VF 0000:3b:00.2</td></tr>',
    );
  });
});

describe('map --svg and --html', () => {
  it('write files, and - is standard output', async () => {
    const fleet = fakeKube(fleetAnswers([host()], [attachment()]));
    const { stdout, stderr, files } = await runVerb(fleet, { verb: 'map', flags: { svg: 'x.svg', html: '-' } });
    expect(files).toEqual({ 'x.svg': `${svg}\n` });
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stderr).toBe('x.svg is written\n');
  });
});

describe('markup', () => {
  it('is escaped for text and attributes', () => {
    expect(escapeMarkup(`<a href="x" title='y'>&\u0007`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;\ufffd');
  });
});

function vm(name: string) {
  return { moRef: '1', name, powerState: 'poweredOn' };
}
