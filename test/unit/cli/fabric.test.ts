/** InfiniBand where people look: link, GUID, Subnet Manager, and ports that VMs have as a whole. */
import { describe, expect, it } from '@jest/globals';
import { diffView } from '../../../operator/cli/diffView.ts';
import { fabricView, fabricWords, passthroughWords } from '../../../operator/cli/fabric.ts';
import { PLAIN } from '../../../operator/cli/io.ts';
import { mapView } from '../../../operator/cli/mapView.ts';
import { renderMap } from '../../../operator/cli/render/map.ts';
import { renderStatus } from '../../../operator/cli/render/status.ts';
import { statusView } from '../../../operator/cli/statusView.ts';
import { summaryLines } from '../../../operator/cli/summaryLines.ts';
import { attachment, condition, fabric } from './objects.ts';

const { host, manager, member } = fabric();
const view = statusView([host], [manager, member]);

describe('status', () => {
  it('shows the port that is passed through, link, Subnet Manager and GUID', () => {
    expect(renderStatus(view, PLAIN).join('\n')).toBe(
      [
        'NAME               STATE    DECLARED  FIRMWARE  DRIVER  PRESENT  IN USE  MESSAGE',
        'esx-04             ✔ Ready  4                           4                as declared',
        '└─adapter fabric0                                                        ConnectX-6, firmware 20.31.1014',
        '  ├─port 1                  0         4                 0        0       InfiniBand, passed through',
        '  │ └─VM sm-01     ✔ Ready                                               poweredOn, link Active, Subnet Manager Master, PF 0000:3b:00.0',
        '  └─port 2 vmnic3           4         4         4       4        1       InfiniBand',
        '    └─VM hpc-01    ✔ Ready                                               poweredOn, link Active, VF 0000:3b:02.2, 00:50:56:ff:fe:3f:00:02',
      ].join('\n'),
    );
  });

  it('shows MAC address and GUID where there is room', () => {
    const wide = renderStatus(view, { ...PLAIN, wide: true }).join('\n');
    expect(wide).toContain('VF 0000:3b:02.2, 00:50:56:3f:00:02, 00:50:56:ff:fe:3f:00:02');
    expect(wide).toContain('GUID b8:59:9f:ff:fe:d0:13:01');
  });

  it('tells a change of the link to who watches', () => {
    expect(summaryLines(view).map(([, line]) => line)).toContain('Ready, link Active, Subnet Manager Master - attached');
  });
});

describe('a link in words', () => {
  const words = (...conditions: Parameters<typeof condition>[]): readonly string[] =>
    fabricWords(fabricView(attachment({ status: { conditions: conditions.map((one) => condition(...one)) } })));

  it.each([
    { why: 'Ethernet has none', says: words(), words: [] },
    { why: 'a guest that nobody may ask is no trouble', says: words(['LinkActive', 'Unknown', 'GuestNotReadable']), words: [] },
    {
      why: 'a guest that refuses is',
      says: words(['LinkActive', 'Unknown', 'GuestCredentialsRejected']),
      words: ['link unknown (GuestCredentialsRejected)'],
    },
    {
      why: 'a subnet that nobody manages',
      says: words(['SubnetManagerReady', 'False', 'SubnetManagerAbsent']),
      words: ['no Subnet Manager (SubnetManagerAbsent)'],
    },
    {
      why: 'a subnet of which nothing is declared is not judged',
      says: words(['SubnetManagerReady', 'Unknown', 'SubnetManagerUndeclared']),
      words: [],
    },
    {
      why: 'a Subnet Manager that stands, with the reason',
      says: fabricWords({
        link: 'Initializing',
        subnetManager: 'Stopped',
        subnetManagerReady: { status: 'False', reason: 'SubnetManagerAbsent' },
      }),
      words: ['link Initializing', 'Subnet Manager Stopped (SubnetManagerAbsent)'],
    },
  ])('$why', ({ says, words: expected }) => {
    expect(says).toEqual(expected);
  });
});

describe('a port that is passed through', () => {
  const [entry] = host.status?.passthrough ?? [];
  if (entry === undefined) throw new Error('the host of the tests passes a port through');

  it.each([
    { why: 'asked for', change: { configured: false, active: false }, words: 'asked for by fleet/sm-01' },
    { why: 'on its way', change: { active: false }, words: 'passed through after the next restart' },
    { why: 'there', change: {}, words: 'passed through' },
    { why: 'on its way back', change: { configured: false }, words: 'passed through until the next restart' },
    { why: 'gone', change: { configured: false, active: false, requestedBy: [] }, words: undefined },
    { why: 'in trouble', change: { problem: { reason: 'Because', message: 'of this' } }, words: 'Because: of this' },
  ])('$why', ({ change, words }) => {
    expect(passthroughWords({ ...entry, ...change })).toBe(words);
  });

  it('is one cell of the map, and its row says so', () => {
    expect(renderMap(mapView(view), PLAIN)).toEqual([
      'fleet/esx-04',
      '  fabric0 port 1 passed through  [A]',
      '  fabric0 port 2 vmnic3          [B...]',
      '  A  VM sm-01, the whole physical function, link Active, Subnet Manager Master',
      '  B  VM hpc-01, VF 0000:3b:02.2, link Active',
      '',
      '.  free',
    ]);
  });

  it('has no virtual functions, which is what it shall have: no difference', () => {
    const row = diffView(host).find(({ item }) => item === 'fabric0 port 1 max_vfs');
    expect(row).toMatchObject({ declared: '0', seen: 'passed through', same: true });
  });

  it('is a difference where virtual functions are declared', () => {
    const ports = host.spec.adapters.flatMap(({ ports: all }) => all.map((port) => ({ ...port, vfs: 4 })));
    const wanting = { ...host, spec: { ...host.spec, adapters: host.spec.adapters.map((adapter) => ({ ...adapter, ports })) } };
    expect(diffView(wanting).find(({ item }) => item === 'fabric0 port 1 max_vfs')?.same).toBe(false);
  });
});
