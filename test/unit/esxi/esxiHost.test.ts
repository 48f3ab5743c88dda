/** What the host does beyond one command and its parser: asking first, reading back, knowing when failure is none. */
import { describe, expect, it } from '@jest/globals';
import { ShellEsxiHost } from '../../../operator/esxi/esxiHost.ts';
import { flintBurnCommand } from '../../../operator/esxi/tools/flintBurn.ts';
import { isPortError, PortError } from '../../../operator/ports/errors.ts';
import { corpusText } from '../../corpus/index.ts';
import { rejectionOf, result, tableExec } from './support/results.ts';

const signal = new AbortController().signal;
const GET = 'esxcli system maintenanceMode get';
const ENTER = 'esxcli system maintenanceMode set -e true -t 600';
const EXIT = 'esxcli system maintenanceMode set -e false';
const ENABLED = result('Enabled\n');
const DISABLED = result('Disabled\n');

function hostWith(table: Parameters<typeof tableExec>[0]): { readonly host: ShellEsxiHost; readonly commands: readonly string[] } {
  const { exec, commands } = tableExec(table);
  return { host: new ShellEsxiHost({ exec, hostKeyFingerprint: 'SHA256:x' }), commands };
}

describe('maintenance mode', () => {
  it.each([
    { why: 'enters', table: { [GET]: DISABLED, [ENTER]: result('') }, ran: [GET, ENTER] },
    { why: 'leaves a host alone that is in it already', table: { [GET]: ENABLED }, ran: [GET] },
    {
      why: 'takes a refusal for success when the host got there meanwhile',
      table: { [GET]: [DISABLED, ENABLED], [ENTER]: result('already', 1) },
      ran: [GET, ENTER, GET],
    },
  ])('$why', async ({ table, ran }) => {
    const { host, commands } = hostWith(table);
    await host.enterMaintenanceMode(600, signal);
    expect(commands).toEqual(ran);
  });

  it('says why the host did not enter', async () => {
    const { host } = hostWith({ [GET]: DISABLED, [ENTER]: result('Error: timed out waiting for VMs', 1) });
    expect((await rejectionOf(host.enterMaintenanceMode(600, signal))).message).toBe(
      'esxcli system maintenanceMode set failed with exit code 1: Error: timed out waiting for VMs',
    );
  });

  it.each([
    { why: 'leaves', table: { [GET]: ENABLED, [EXIT]: result('') }, ran: [GET, EXIT] },
    { why: 'does nothing on a host that is not in it', table: { [GET]: DISABLED }, ran: [GET] },
    {
      why: 'takes a refusal for success when somebody else ended it',
      table: { [GET]: [ENABLED, DISABLED], [EXIT]: result('disabled', 1) },
      ran: [GET, EXIT, GET],
    },
  ])('$why', async ({ table, ran }) => {
    const { host, commands } = hostWith(table);
    await host.exitMaintenanceMode(signal);
    expect(commands).toEqual(ran);
  });

  it('says why the host did not leave', async () => {
    const { host } = hostWith({ [GET]: ENABLED, [EXIT]: result('', 1) });
    expect((await rejectionOf(host.exitMaintenanceMode(signal))).code).toBe('CommandFailed');
  });
});

describe('VIBs', () => {
  const LIST = 'esxcli --formatter=xml software vib list';
  const STAGED = `${LIST} --rebooting-image`;
  const vibs = result(corpusText('esxcli/vib-list.xml'));

  it.each([
    { why: 'an empty list', staged: result(corpusText('esxcli/empty-list.xml')) },
    { why: 'nothing at all', staged: result('') },
  ])('that will run are those that run when no image is staged: $why', async ({ staged }) => {
    const { host } = hostWith({ [STAGED]: staged, [LIST]: vibs });
    expect(await host.stagedVibs(signal)).toEqual(await host.vibs(signal));
  });

  it('that will run are those of the staged image', async () => {
    const { host, commands } = hostWith({ [STAGED]: vibs });
    expect(await host.stagedVibs(signal)).toHaveLength(2);
    expect(commands).toEqual([STAGED]);
  });
});

describe('module options', () => {
  const GET_OPTIONS = 'esxcfg-module -g nmlx5_core';
  const SET = "esxcfg-module -s 'max_vfs=8,8 pfctx=0x08' nmlx5_core";
  const found = (options: string) => result(`nmlx5_core enabled = 1 options = '${options}'\n`);

  it('are read back after they were set', async () => {
    const { host, commands } = hostWith({ [SET]: result(''), [GET_OPTIONS]: found('max_vfs=8,8  pfctx=0x08 ') });
    await host.setModuleOptions('nmlx5_core', 'max_vfs=8,8 pfctx=0x08', signal);
    expect(commands).toEqual([SET, GET_OPTIONS]);
  });

  it('that the host did not store are an error, though the command was silent', async () => {
    const { host } = hostWith({ [SET]: result(''), [GET_OPTIONS]: found('pfctx=0x08') });
    expect((await rejectionOf(host.setModuleOptions('nmlx5_core', 'max_vfs=8,8 pfctx=0x08', signal))).message).toContain(
      "but the host has 'pfctx=0x08'",
    );
  });
});

describe('MFT', () => {
  const VERBOSE = '/opt/mellanox/bin/mst status -vv';
  const PLAIN = '/opt/mellanox/bin/mst status';
  const START = '/opt/mellanox/bin/mst start';
  const QUERY = '/opt/mellanox/bin/mlxconfig -d mt4119_pciconf0 -e q';

  it('names devices by the plain list where -vv shows none', async () => {
    const { host } = hostWith({ [VERBOSE]: result('PCI devices:\n------------\n'), [PLAIN]: result(corpusText('mst/status.txt')) });
    expect((await host.mstDevices(signal)).map((device) => device.name)).toEqual(['mt4099_pciconf0']);
  });

  it('has no devices while its module is not loaded', async () => {
    const { host } = hostWith({ [VERBOSE]: result('-E- mst is not loaded', 1), [PLAIN]: result('-E- mst is not loaded', 1) });
    expect(await host.mstDevices(signal)).toEqual([]);
  });

  it('that is not installed is a missing tool, not an empty list of devices', async () => {
    const { host } = hostWith({ [VERBOSE]: result('', 127, 'sh: /opt/mellanox/bin/mst: not found') });
    expect((await rejectionOf(host.mstDevices(signal))).code).toBe('ToolMissing');
  });

  it('is started by a second start too', async () => {
    const { host } = hostWith({ [START]: result('Module mst is already loaded\n', 1) });
    await host.startMst(signal);
  });

  it.each([
    { why: 'fails', answer: result('no module', 1), code: 'CommandFailed' },
    { why: 'is not installed', answer: result('', 127, 'sh: /opt/mellanox/bin/mst: not found'), code: 'ToolMissing' },
  ])('is not started when mst $why', async ({ answer, code }) => {
    const { host } = hostWith({ [START]: answer });
    expect((await rejectionOf(host.startMst(signal))).code).toBe(code);
  });

  it('is read as far as it was printed when mlxconfig could not query everything', async () => {
    const { host } = hostWith({ [QUERY]: result(corpusText('mlxconfig/query-partly-failed.txt'), 3) });
    expect(Object.keys((await host.firmwareConfig('mt4119_pciconf0', signal)).parameters)).toEqual(['SRIOV_EN', 'LINK_TYPE_P1']);
  });

  it('refuses nothing silently: a set that fails rejects, also with a reassuring text', async () => {
    const { host } = hostWith({
      '/opt/mellanox/bin/mlxconfig -y -d mt4119_pciconf0 set SRIOV_EN=1': result(corpusText('mlxconfig/set-reboot.txt'), 3),
    });
    expect((await rejectionOf(host.setFirmwareConfig('mt4119_pciconf0', { SRIOV_EN: '1' }, signal))).code).toBe('CommandFailed');
  });
});

describe('a burn', () => {
  const UPTIME = 'esxcli system stats uptime get';
  const STATE = 'cat /tmp/esxi-sriov-operator-flint.state';
  const BURN = flintBurnCommand('mt4119_pciconf0', '/vmfs/volumes/ds1/fw.bin', 431_000_000);
  const LOG = 'cat /tmp/esxi-sriov-operator-flint.log';
  const up = { [UPTIME]: result('431000000\n') };
  const burn = (host: ShellEsxiHost) => host.burnFirmware('mt4119_pciconf0', '/vmfs/volumes/ds1/fw.bin', signal);

  it('that ends well needs no reading', async () => {
    const { host, commands } = hostWith({ ...up, [BURN]: result('') });
    await burn(host);
    expect(commands).toEqual([UPTIME, BURN]);
  });

  it('that fails says what flint wrote to its log', async () => {
    const { host } = hostWith({ ...up, [BURN]: result('', 1), [LOG]: result(corpusText('flint/burn-psid-mismatch-dell.txt')) });
    const error = await rejectionOf(burn(host));
    expect(error.message).toContain('flint failed with exit code 1: -E- PSID mismatch. The PSID on flash (DEL2420110034)');
    expect(error.detail).toEqual(expect.objectContaining({ exitCode: 1, psidMismatch: true }));
  });

  it('without MFT is a missing tool', async () => {
    const { host } = hostWith({ ...up, [BURN]: result('', 127), [LOG]: result('sh: /opt/mellanox/bin/flint: not found') });
    expect((await rejectionOf(burn(host))).code).toBe('ToolMissing');
  });

  it('whose beginning cannot be written down is not begun, and blames no adapter', async () => {
    const { host, commands } = hostWith({ ...up, [BURN]: result('', 75, "sh: can't create /tmp/x: No space left on device") });
    const error = await rejectionOf(burn(host));
    expect(error.message).toMatch(/was not begun; free space on its ramdisk \/tmp/);
    expect(error.detail).toEqual({ burnNotBegun: true });
    // Its log would be that of an earlier burn.
    expect(commands).toEqual([UPTIME, BURN]);
  });

  it.each([
    { why: 'no burn since the host booted', answer: result('', 1, "cat: can't open"), is: undefined },
    {
      why: 'a burn without an end',
      answer: result('begun 431000000 mt4119_pciconf0\n'),
      is: { device: 'mt4119_pciconf0', begunUptimeMs: 431_000 },
    },
    { why: 'a burn that ended well', answer: result('begun 431000000 mt4119_pciconf0\nended 0\n'), is: undefined },
    { why: 'a burn that failed', answer: result('begun 431000000 mt4119_pciconf0\nended 9\n'), is: undefined },
    { why: 'somebody else’s file', answer: result('?\n'), is: undefined },
  ])('is told from its state: $why', async ({ answer, is }) => {
    expect(await hostWith({ [STATE]: answer }).host.unfinishedBurn(signal)).toEqual(is);
  });
});

describe('virtual functions', () => {
  const LIST = 'esxcli --formatter=xml network sriovnic vf list -n vmnic6';
  it.each([
    { why: 'exit code 0', answer: result(corpusText('esxcli/vf-list-no-such-nic.txt'), 0) },
    { why: 'exit code 1', answer: result('', 1, corpusText('esxcli/vf-list-no-such-nic.txt')) },
  ])('of an uplink without SR-IOV are none, with $why', async ({ answer }) => {
    const { host } = hostWith({ [LIST]: answer });
    expect(await host.virtualFunctions('vmnic6', signal)).toEqual([]);
  });

  it('that cannot be listed for another reason are an error', async () => {
    const { host } = hostWith({ [LIST]: result(corpusText('esxcli/error-hostd-not-ready.txt'), 1) });
    expect((await rejectionOf(host.virtualFunctions('vmnic6', signal))).detail['hostdNotReady']).toBe(true);
  });
});

describe('going down', () => {
  const REBOOT = 'esxcli system shutdown reboot -d 10 -r why';
  const lost = (started: boolean) => new PortError('ConnectionLost', 'lost', { detail: { started } });
  it.each([
    { why: 'the exit status arrived', answer: result(''), ok: true },
    { why: 'the connection was lost after the command began', answer: lost(true), ok: true },
    { why: 'the connection was lost before', answer: lost(false), ok: false },
    { why: 'the command ran into its time limit', answer: new PortError('CommandTimedOut', 'x'), ok: false },
    { why: 'the host refused', answer: result('not in maintenance mode', 1), ok: false },
  ])('counts as taken ($ok) when $why', async ({ answer, ok }) => {
    const { host } = hostWith({ [REBOOT]: answer });
    const outcome = await host.reboot('why', signal).then(
      () => true,
      (error: unknown) => !isPortError(error),
    );
    expect(outcome).toBe(ok);
  });
});

describe('files', () => {
  it.each([
    { why: 'there', answer: result('', 0), is: true },
    { why: 'not there', answer: result('', 1), is: false },
  ])('are $why', async ({ answer, is }) => {
    expect(await hostWith({ 'test -e /vmfs/volumes/x': answer }).host.fileExists('/vmfs/volumes/x', signal)).toBe(is);
  });

  it('are not reported as missing when the test itself failed', async () => {
    expect((await rejectionOf(hostWith({ 'test -e /x': result('', 2, 'I/O error') }).host.fileExists('/x', signal))).code).toBe(
      'CommandFailed',
    );
  });
});

describe('a list that is empty on no host', () => {
  const empty = result(corpusText('esxcli/empty-list.xml'));
  const VIBS = 'esxcli --formatter=xml software vib list';

  it.each([
    { why: 'the VIBs of the image that runs', command: VIBS, read: (host: ShellEsxiHost) => host.vibs(signal) },
    {
      why: 'the PCI functions',
      command: 'esxcli --formatter=xml hardware pci list',
      read: (host: ShellEsxiHost) => host.pciFunctions(signal),
    },
  ])('is not understood: nothing is concluded to be missing ($why)', async ({ command, read }) => {
    const { host } = hostWith({ [command]: empty });
    expect(await rejectionOf(read(host))).toMatchObject({ code: 'OutputNotUnderstood' });
  });

  it('is an answer where nothing has to be there: running VMs, a staged image', async () => {
    const { host } = hostWith({
      'esxcli --formatter=xml vm process list': empty,
      [`${VIBS} --rebooting-image`]: empty,
      [VIBS]: result(corpusText('esxcli/vib-list.xml')),
    });
    expect(await host.runningVms(signal)).toEqual([]);
    expect((await host.stagedVibs(signal)).length).toBeGreaterThan(0);
  });
});
