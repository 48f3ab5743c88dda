/** What sysfs of a guest tells about its InfiniBand ports. */
import { describe, expect, it } from '@jest/globals';
import { guidNumber, isZero, parsePorts, portOf } from '../../../../operator/controllers/sriovVmAttachment/guest/infinibandPorts.ts';

const GUID = 'b8:59:9f:ff:fe:aa:bb:cc';

function sysfs(device: string, change: Readonly<Record<string, string>> = {}): string {
  const attributes = {
    link_layer: 'InfiniBand',
    state: '4: ACTIVE',
    phys_state: '5: LinkUp',
    lid: '0x3',
    sm_lid: '0x1',
    'gids/0': 'fe80:0000:0000:0000:b859:9fff:feaa:bbcc',
    ...change,
  };
  return Object.entries(attributes)
    .map(([name, value]) => `/sys/class/infiniband/${device}/ports/1/${name}:${value}\n`)
    .join('');
}

describe('parsePorts', () => {
  it('reads a port', () => {
    expect(parsePorts(sysfs('mlx5_0'))).toEqual([
      { device: 'mlx5_0', number: 1, state: 'Active', physicalState: 'LinkUp', guid: GUID, lid: 3, smLid: 1 },
    ]);
  });

  it.each([
    { why: 'no Subnet Manager yet', value: '2: INIT', state: 'Initializing' },
    { why: 'no link', value: '1: DOWN', state: 'Down' },
    { why: 'half way', value: '3: ARMED', state: 'Armed' },
    { why: 'a word of a later kernel', value: '5: ACTIVE_DEFER', state: 'ACTIVE_DEFER' },
    { why: 'no number before it', value: 'ACTIVE', state: 'Active' },
  ])('names the state: $why', ({ value, state }) => {
    expect(parsePorts(sysfs('mlx5_0', { state: value }))[0]?.state).toBe(state);
  });

  it('leaves RoCE ports out', () => {
    expect(parsePorts(sysfs('mlx5_0', { link_layer: 'Ethernet' }) + sysfs('mlx5_1')).map(({ device }) => device)).toEqual(['mlx5_1']);
  });

  it.each([
    { why: 'a guest without InfiniBand', text: '' },
    { why: 'words of grep', text: 'grep: /sys/class/infiniband/*/ports/*/state: No such file or directory\n' },
    { why: 'something else', text: 'sh: 1: grep: not found\n' },
  ])('finds nothing in $why', ({ text }) => {
    expect(parsePorts(text)).toEqual([]);
  });

  it('knows a GUID of zero', () => {
    const [port] = parsePorts(sysfs('mlx5_0', { 'gids/0': 'fe80:0000:0000:0000:0000:0000:0000:0000' }));
    expect(isZero(port?.guid)).toBe(true);
    expect(isZero(GUID)).toBe(false);
    expect(isZero(undefined)).toBe(false);
  });
});

describe('portOf', () => {
  const other = 'b8:59:9f:ff:fe:00:00:01';
  const ports = parsePorts(sysfs('mlx5_0') + sysfs('mlx5_1', { 'gids/0': 'fe80:0000:0000:0000:b859:9fff:fe00:0001' }));

  it.each([
    { why: 'the one with the GUID of the card', search: { guid: GUID, others: [] }, device: 'mlx5_0' },
    { why: 'of a physical function, the one that is no other card', search: { guid: undefined, others: [other] }, device: 'mlx5_0' },
    { why: 'none where two are left', search: { guid: undefined, others: [] }, device: undefined },
    { why: 'none where all belong to others', search: { guid: undefined, others: [GUID, other] }, device: undefined },
  ])('is $why', ({ search, device }) => {
    expect(portOf(ports, search)?.device).toBe(device);
  });

  it('is the only one also if its GUID is another than the MAC address gives: the state is shown with the GUID', () => {
    expect(portOf(ports.slice(0, 1), { guid: other, others: [] })?.device).toBe('mlx5_0');
  });
});

describe('guidNumber', () => {
  it('is what OpenSM takes', () => {
    expect(guidNumber(GUID)).toBe('0xb8599ffffeaabbcc');
  });
});
