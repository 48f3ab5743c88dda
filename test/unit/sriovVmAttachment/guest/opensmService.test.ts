/** Units, processes and the master of the subnet, as their programs tell them. */
import { describe, expect, it } from '@jest/globals';
import { dropIn, isOpensm, isRun, parseUnits, usesConfig } from '../../../../operator/controllers/sriovVmAttachment/guest/opensmService.ts';
import { parseSminfo } from '../../../../operator/controllers/sriovVmAttachment/guest/sminfo.ts';

const RUN = { program: '/usr/sbin/opensm', configFile: '/etc/opensm.conf', guid: 'b8:59:9f:03:00:aa:bb:cc' };
const COMMAND = '/usr/sbin/opensm --config /etc/opensm.conf --guid 0xb8599f0300aabbcc';

describe('parseUnits', () => {
  it('takes the units that are there', () => {
    const output =
      'Id=opensmd.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\nNeedDaemonReload=no\n\n' +
      'UnitFileState=enabled\nId=opensm.service\nLoadState=loaded\nActiveState=active\nNeedDaemonReload=yes\n';
    expect(parseUnits(output)).toEqual([{ name: 'opensm.service', active: true, enabled: true, needsReload: true }]);
  });

  it.each([
    { why: 'a container without systemd', output: "System has not been booted with systemd as init system (PID 1). Can't operate.\n" },
    { why: 'nothing', output: '' },
    { why: 'a unit that nobody asked for', output: 'Id=evil.service; rm -rf /\nLoadState=loaded\n' },
  ])('takes none from $why', ({ output }) => {
    expect(parseUnits(output)).toEqual([]);
  });
});

describe('processes', () => {
  it.each([
    { why: 'by its path', process: { name: 'opensm', commandLine: COMMAND }, yes: true },
    { why: 'by its name where the command line is hidden', process: { name: 'opensm', commandLine: '' }, yes: true },
    { why: 'a shell that starts it is none', process: { name: 'bash', commandLine: `/bin/bash -c ${COMMAND}` }, yes: false },
    {
      why: 'one that only writes a template is none',
      process: { name: 'opensm', commandLine: 'opensm --create-config /tmp/x' },
      yes: false,
    },
    { why: 'a unit of another name is none', process: { name: 'opensm-launch', commandLine: '/usr/libexec/opensm-launch' }, yes: false },
  ])('are OpenSM: $why', ({ process, yes }) => {
    expect(isOpensm(process)).toBe(yes);
  });

  it('are ours by their configuration, and as wanted by all their arguments', () => {
    expect(usesConfig({ pid: 1, commandLine: COMMAND }, ['/etc/opensm.conf'])).toBe(true);
    expect(usesConfig({ pid: 1, commandLine: '/usr/sbin/opensm' }, [undefined, '/etc/opensm.conf'])).toBe(false);
    expect(isRun({ pid: 1, commandLine: `${COMMAND} --daemon` }, RUN)).toBe(true);
    expect(isRun({ pid: 1, commandLine: '/usr/sbin/opensm --config /etc/opensm.conf' }, RUN)).toBe(false);
  });
});

describe('dropIn', () => {
  it('replaces what the unit starts', () => {
    expect(dropIn(RUN)).toMatch(new RegExp(`^ExecStart=\nExecStart=${COMMAND}$`, 'm'));
    expect(dropIn(RUN)).toMatch(/^Type=simple$/m);
  });
});

describe('parseSminfo', () => {
  it('reads the master', () => {
    const line = 'sminfo: sm lid 1 sm guid 0xb8599f0300aabbcc, activity count 2021 priority 14 state 3 SMINFO_MASTER\n';
    expect(parseSminfo(line)).toEqual({ lid: 1, guid: 'b8:59:9f:03:00:aa:bb:cc', priority: 14, state: 'SMINFO_MASTER' });
  });

  it('fills a GUID up that is printed short', () => {
    expect(parseSminfo('sminfo: sm lid 7 sm guid 0x2c903000a1b2c, activity count 1 priority 0 state 3 SMINFO_MASTER')?.guid).toBe(
      '00:02:c9:03:00:0a:1b:2c',
    );
  });

  it('finds none where no Subnet Manager answers', () => {
    expect(parseSminfo("sminfo: iberror: failed: Failed to open '(null)' port '0'\n")).toBeUndefined();
  });
});
