// Firmware of a simulated adapter: which settings exist, which values are taken, and what a restart makes current.
import { describe, expect, it } from '@jest/globals';
import { connectX4Lx, connectX5En, connectX6Vpi, connectX6VpiSinglePort } from '../../../simulator/profiles/adapterModels.ts';
import type { FirmwareAdapter } from '../../../simulator/world/firmwareAdapter.ts';
import type { AdapterOptions } from '../../../simulator/world/hostOptions.ts';
import { type TestHost, testHost } from './testHost.ts';

function withAdapter(options: AdapterOptions, rest: Parameters<typeof testHost>[0] = {}): TestHost & { readonly adapter: FirmwareAdapter } {
  const host = testHost({ ...rest, adapters: [options] });
  const [adapter] = host.world.adapters;
  if (adapter === undefined) {
    throw new Error('the host has no adapter');
  }
  return { ...host, adapter };
}

function set(host: TestHost & { readonly adapter: FirmwareAdapter }, values: Readonly<Record<string, string>>) {
  const assignments = Object.entries(values).map(([name, value]) => ({ name, value }));
  return host.world.mft.set(host.adapter, assignments);
}

describe('parameters', () => {
  it.each([
    { why: 'VPI with two ports', model: connectX6Vpi, present: ['LINK_TYPE_P1', 'LINK_TYPE_P2'], absent: [] },
    { why: 'VPI with one port', model: connectX6VpiSinglePort, present: ['LINK_TYPE_P1'], absent: ['LINK_TYPE_P2'] },
    { why: 'Ethernet only', model: connectX4Lx, present: ['SRIOV_EN'], absent: ['LINK_TYPE_P1', 'LINK_TYPE_P2'] },
  ])('are those of the card: $why', ({ model, present, absent }) => {
    const names = withAdapter({ model })
      .adapter.config.list()
      .map((parameter) => parameter.definition.name);
    expect(names).toEqual(expect.arrayContaining([...present]));
    expect(names.filter((name) => absent.some((missing) => missing === name))).toEqual([]);
  });

  it.each([
    { why: 'a name that no card has', values: { NO_SUCH: '1' }, problem: { kind: 'unknown', name: 'NO_SUCH' } },
    { why: 'a name that this card has not', values: { LINK_TYPE_P1: 'ETH' }, problem: { kind: 'unsupported', name: 'LINK_TYPE_P1' } },
    { why: 'more VFs than the card has', values: { NUM_OF_VFS: '200' }, problem: { kind: 'tooLarge', name: 'NUM_OF_VFS', limit: 127 } },
    { why: 'text for a number', values: { NUM_OF_VFS: 'many' }, problem: { kind: 'badValue', name: 'NUM_OF_VFS', value: 'many' } },
    { why: 'a boolean above one', values: { SRIOV_EN: '2' }, problem: { kind: 'badValue', name: 'SRIOV_EN', value: '2' } },
    {
      why: 'more interrupt vectors than the card has',
      values: { NUM_OF_VFS: '127', NUM_VF_MSIX: '64' },
      problem: { kind: 'constraint', name: 'NUM_OF_VFS', partners: ['NUM_VF_MSIX', 'NUM_PF_MSIX'] },
    },
    { why: 'a read-only parameter', values: { NUM_OF_PF: '1' }, problem: { kind: 'readOnly', name: 'NUM_OF_PF' } },
  ])('are refused as a whole: $why', ({ values, problem }) => {
    const host = withAdapter({ model: connectX5En });
    expect(set(host, { SRIOV_EN: '1', ...values })).toEqual({ kind: 'refused', problem });
    expect(host.adapter.config.next('SRIOV_EN')).toBe(0);
  });

  it.each([
    { why: 'a number', text: '1' },
    { why: 'hexadecimal', text: '0x1' },
    { why: 'the word', text: 'True' },
    { why: 'the word in another case', text: 'tRUE' },
  ])('take a boolean as $why', ({ text }) => {
    const host = withAdapter({ model: connectX5En });
    expect(set(host, { SRIOV_EN: text }).kind).toBe('done');
    expect(host.adapter.config.next('SRIOV_EN')).toBe(1);
  });

  it('hide FORCE_ETH_PCI_SUBCLASS until ADVANCED_PCI_SETTINGS is stored: two sets, no restart between', () => {
    const host = withAdapter({ model: connectX6Vpi });
    const both = { ADVANCED_PCI_SETTINGS: '1', FORCE_ETH_PCI_SUBCLASS: '1' };
    expect(host.adapter.config.get('FORCE_ETH_PCI_SUBCLASS')).toBeUndefined();
    expect(set(host, both)).toEqual({ kind: 'refused', problem: { kind: 'unsupported', name: 'FORCE_ETH_PCI_SUBCLASS' } });
    expect(host.adapter.config.next('ADVANCED_PCI_SETTINGS')).toBe(0);
    expect(set(host, { ADVANCED_PCI_SETTINGS: '1' }).kind).toBe('done');
    expect(set(host, { FORCE_ETH_PCI_SUBCLASS: '1' }).kind).toBe('done');
    expect(host.adapter.config.get('FORCE_ETH_PCI_SUBCLASS')).toMatchObject({ current: 0, next: 1 });
    expect(set(host, both).kind).toBe('done');
  });
});

describe('activation', () => {
  const cases = [
    { why: 'a warm reboot does it', options: {}, misbehaviour: [], said: 'reboot', warm: 1, cold: 1 },
    {
      why: 'only a cold cycle does it, and the tool says so',
      options: { needsColdCycle: true },
      misbehaviour: [],
      said: 'powerCycle',
      warm: 0,
      cold: 1,
    },
    {
      why: 'the tool says reboot, but it needs a cold cycle',
      options: {},
      misbehaviour: [{ kind: 'warmRebootNotEnough' as const }],
      said: 'reboot',
      warm: 0,
      cold: 1,
    },
    { why: 'nothing does it', options: {}, misbehaviour: [{ kind: 'settingNeverActivates' as const }], said: 'reboot', warm: 0, cold: 0 },
    {
      why: 'nothing does it for another parameter',
      options: {},
      misbehaviour: [{ kind: 'settingNeverActivates' as const, parameters: ['NUM_OF_VFS'] }],
      said: 'reboot',
      warm: 1,
      cold: 1,
    },
  ];
  it.each(cases)('$why', ({ options, misbehaviour, said, warm, cold }) => {
    const host = withAdapter({ model: connectX5En, ...options }, { misbehaviour });
    expect(set(host, { SRIOV_EN: '1' })).toEqual({ kind: 'done', activation: said });
    expect(host.adapter.config.current('SRIOV_EN')).toBe(0);
    host.reboot();
    expect(host.adapter.config.current('SRIOV_EN')).toBe(warm);
    host.coldCycle();
    expect(host.adapter.config.current('SRIOV_EN')).toBe(cold);
  });
});

describe('burning', () => {
  const image = { kind: 'firmware', psid: connectX5En.psid, version: '16.35.4030' } as const;

  it('runs the new image after a restart', () => {
    const host = withAdapter({ model: connectX5En });
    expect(host.world.mft.burn(host.adapter, image)).toEqual({ kind: 'done' });
    expect([host.adapter.flashed, host.adapter.running]).toEqual(['16.35.4030', connectX5En.firmwareVersion]);
    host.reboot();
    expect(host.adapter.running).toBe('16.35.4030');
  });

  it('downgrades without a word, as flint -y does', () => {
    const host = withAdapter({ model: connectX5En });
    host.world.mft.burn(host.adapter, { ...image, version: '16.20.1000' });
    expect(host.adapter.flashed).toBe('16.20.1000');
  });

  it('refuses the image of another PSID', () => {
    const host = withAdapter({ model: connectX5En, psid: 'DEL0000000080' });
    expect(host.world.mft.burn(host.adapter, image)).toEqual({ kind: 'psidMismatch', device: 'DEL0000000080' });
    expect(host.world.counters.burns).toBe(0);
  });

  it('leaves the old image when it fails half way, and works the next time', () => {
    const host = withAdapter({ model: connectX5En }, { misbehaviour: [{ kind: 'burnFailsHalfWay', times: 1 }] });
    expect(host.world.mft.burn(host.adapter, image)).toEqual({ kind: 'failedHalfWay' });
    expect(host.adapter.flashed).toBe(connectX5En.firmwareVersion);
    expect(host.world.mft.burn(host.adapter, image)).toEqual({ kind: 'done' });
  });
});
