/** Every command line the operator can send, as it is sent; and what none of them may ever hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { autoBackupCommand } from '../../../operator/esxi/tools/autoBackup.ts';
import { encryptionModeCommand } from '../../../operator/esxi/tools/encryption.ts';
import {
  fileExistsCommand,
  partialPath,
  removeFileCommand,
  renameFileCommand,
  sha256Command,
  writeFileCommand,
} from '../../../operator/esxi/tools/files.ts';
import { burnLogCommand, burnStateCommand, flintBurnCommand } from '../../../operator/esxi/tools/flintBurn.ts';
import { flintDeviceQueryCommand, flintImageQueryCommand, flintImageVerifyCommand } from '../../../operator/esxi/tools/flintQuery.ts';
import { pciListCommand } from '../../../operator/esxi/tools/hardwarePci.ts';
import { logTailCommand } from '../../../operator/esxi/tools/logTail.ts';
import {
  enterMaintenanceModeCommand,
  exitMaintenanceModeCommand,
  maintenanceModeCommand,
} from '../../../operator/esxi/tools/maintenanceMode.ts';
import { firmwareConfigCommand } from '../../../operator/esxi/tools/mlxconfigQuery.ts';
import { setFirmwareConfigCommand } from '../../../operator/esxi/tools/mlxconfigSet.ts';
import { mstStartCommand, mstStatusCommand, mstStatusVerboseCommand } from '../../../operator/esxi/tools/mst.ts';
import { nicListCommand } from '../../../operator/esxi/tools/networkNic.ts';
import { distributedSwitchListCommand, standardSwitchListCommand } from '../../../operator/esxi/tools/networkVswitch.ts';
import { setPassthroughCommand } from '../../../operator/esxi/tools/pciPassthrough.ts';
import { secureBootCommand } from '../../../operator/esxi/tools/secureBoot.ts';
import { powerOffCommand, rebootCommand } from '../../../operator/esxi/tools/shutdown.ts';
import { sourcesVibListCommand } from '../../../operator/esxi/tools/softwareSources.ts';
import { stagedVibListCommand, vibInstallCommand, vibListCommand } from '../../../operator/esxi/tools/softwareVib.ts';
import { sriovNicListCommand, virtualFunctionListCommand } from '../../../operator/esxi/tools/sriovNic.ts';
import { moduleOptionsCommand, moduleParametersCommand, setModuleOptionsCommand } from '../../../operator/esxi/tools/systemModule.ts';
import { systemVersionCommand } from '../../../operator/esxi/tools/systemVersion.ts';
import { uptimeCommand } from '../../../operator/esxi/tools/uptime.ts';
import { vmProcessListCommand } from '../../../operator/esxi/tools/vmProcess.ts';
import { isPortError } from '../../../operator/ports/errors.ts';
import { thrownBy } from './support/results.ts';

const FILE = '/vmfs/volumes/ds1/nmst.vib';
const DEVICE = 'mt4119_pciconf0';

const COMMANDS: readonly (readonly [command: string, sent: string])[] = [
  [autoBackupCommand(), '/sbin/auto-backup.sh'],
  [logTailCommand('vmkernel'), 'tail -n 500 /var/log/vmkernel.log'],
  [logTailCommand('vobd'), 'tail -n 500 /var/log/vobd.log'],
  [secureBootCommand(), '/usr/lib/vmware/secureboot/bin/secureBoot.py -s'],
  [sourcesVibListCommand({ kind: 'vib', location: FILE }), `esxcli --formatter=xml software sources vib list -v ${FILE}`],
  [sourcesVibListCommand({ kind: 'depot', location: FILE }), `esxcli --formatter=xml software sources vib list -d ${FILE}`],
  [systemVersionCommand(), 'esxcli system version get'],
  [uptimeCommand(), 'esxcli system stats uptime get'],
  [encryptionModeCommand(), 'esxcli system settings encryption get'],
  [vibListCommand(), 'esxcli --formatter=xml software vib list'],
  [stagedVibListCommand(), 'esxcli --formatter=xml software vib list --rebooting-image'],
  [vibInstallCommand({ kind: 'vib', location: FILE }), `esxcli software vib install -v ${FILE}`],
  [
    vibInstallCommand({ kind: 'depot', location: 'https://repo/mft.zip?a=1&b=2' }),
    "esxcli software vib install -d 'https://repo/mft.zip?a=1&b=2'",
  ],
  [pciListCommand(), 'esxcli --formatter=xml hardware pci list'],
  [nicListCommand(), 'esxcli --formatter=xml network nic list'],
  [sriovNicListCommand(), 'esxcli --formatter=xml network sriovnic list'],
  [virtualFunctionListCommand('vmnic4'), 'esxcli --formatter=xml network sriovnic vf list -n vmnic4'],
  [standardSwitchListCommand(), 'esxcli --formatter=xml network vswitch standard list'],
  [distributedSwitchListCommand(), 'esxcli --formatter=xml network vswitch dvs vmware list'],
  [setPassthroughCommand('0000:3b:00.0', true), 'esxcli hardware pci pcipassthru set -d 0000:3b:00.0 -e true'],
  [setPassthroughCommand('0000:3b:00.0', false), 'esxcli hardware pci pcipassthru set -d 0000:3b:00.0 -e false'],
  [moduleOptionsCommand('nmlx5_core'), 'esxcfg-module -g nmlx5_core'],
  [setModuleOptionsCommand('nmlx5_core', 'max_vfs=8,8 pfctx=0x08'), "esxcfg-module -s 'max_vfs=8,8 pfctx=0x08' nmlx5_core"],
  [moduleParametersCommand('nmlx5_core'), 'esxcli --formatter=xml system module parameters list -m nmlx5_core'],
  [maintenanceModeCommand(), 'esxcli system maintenanceMode get'],
  [enterMaintenanceModeCommand(600), 'esxcli system maintenanceMode set -e true -t 600'],
  [enterMaintenanceModeCommand(0), 'esxcli system maintenanceMode set -e true -t 1'],
  [exitMaintenanceModeCommand(), 'esxcli system maintenanceMode set -e false'],
  [vmProcessListCommand(), 'esxcli --formatter=xml vm process list'],
  [rebootCommand('SR-IOV: apply firmware'), "esxcli system shutdown reboot -d 10 -r 'SR-IOV: apply firmware'"],
  [powerOffCommand('cold start'), "esxcli system shutdown poweroff -d 10 -r 'cold start'"],
  [mstStartCommand(), '/opt/mellanox/bin/mst start'],
  [mstStatusVerboseCommand(), '/opt/mellanox/bin/mst status -vv'],
  [mstStatusCommand(), '/opt/mellanox/bin/mst status'],
  [firmwareConfigCommand(DEVICE), '/opt/mellanox/bin/mlxconfig -d mt4119_pciconf0 -e q'],
  [
    setFirmwareConfigCommand(DEVICE, { SRIOV_EN: '1', NUM_OF_VFS: '16' }),
    '/opt/mellanox/bin/mlxconfig -y -d mt4119_pciconf0 set NUM_OF_VFS=16 SRIOV_EN=1',
  ],
  [
    setFirmwareConfigCommand(DEVICE, { 'HOST_CHAINING_DESCRIPTORS[0..7]': '0x2' }),
    "/opt/mellanox/bin/mlxconfig -y -d mt4119_pciconf0 set 'HOST_CHAINING_DESCRIPTORS[0..7]=0x2'",
  ],
  [flintDeviceQueryCommand('mt4115_pciconf0.1'), '/opt/mellanox/bin/flint -d mt4115_pciconf0.1 q'],
  [flintImageQueryCommand('/vmfs/volumes/my ds/fw.bin'), "/opt/mellanox/bin/flint -i '/vmfs/volumes/my ds/fw.bin' q"],
  [flintImageVerifyCommand('/vmfs/volumes/my ds/fw.bin'), "/opt/mellanox/bin/flint -i '/vmfs/volumes/my ds/fw.bin' verify"],
  [
    flintBurnCommand(DEVICE, '/vmfs/volumes/ds1/fw.bin', 431_000_000),
    'echo begun 431000000 mt4119_pciconf0 >/tmp/esxi-sriov-operator-flint.state || exit 75; ' +
      '/opt/mellanox/bin/flint -d mt4119_pciconf0 -i /vmfs/volumes/ds1/fw.bin -y b >/tmp/esxi-sriov-operator-flint.log 2>&1; ' +
      'code=$?; echo ended $code >>/tmp/esxi-sriov-operator-flint.state; exit $code',
  ],
  [burnStateCommand(), 'cat /tmp/esxi-sriov-operator-flint.state'],
  [burnLogCommand(), 'cat /tmp/esxi-sriov-operator-flint.log'],
  [sha256Command(FILE), `sha256sum ${FILE}`],
  [fileExistsCommand(FILE), `test -e ${FILE}`],
  [removeFileCommand(FILE), `rm -f ${FILE}`],
  [writeFileCommand(partialPath(FILE)), `cat >${FILE}.part`],
  [renameFileCommand(partialPath(FILE), FILE), `mv -f ${FILE}.part ${FILE}`],
];

/** Options that put a host or a card at risk, wherever a word holds them. */
const FORBIDDEN =
  /--force|--no-sig-check|allow_psid_change|--maintenance-mode|--no-live-install|--ignore|(?:^|\s)reboot -f|-nofs|--no_fw_ctrl/;

describe('command lines', () => {
  it.each(COMMANDS.map(([command, sent]) => ({ command, sent })))('$sent', ({ command, sent }) => {
    expect(command).toBe(sent);
    expect(command).not.toMatch(FORBIDDEN);
  });

  it('come from every builder there is', () => {
    const folder = join(import.meta.dirname, '../../../operator/esxi/tools');
    const builders = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^export function (\w+Command)\(/gm)].map((match) => match[1]),
    );
    const here = readFileSync(import.meta.filename, 'utf8');
    expect(builders.length).toBeGreaterThan(30);
    for (const builder of builders) expect(here).toContain(`[${builder}(`.replace('[', ''));
  });

  it('are spelled nowhere but in the builders', () => {
    const folder = join(import.meta.dirname, '../../../operator/esxi');
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
      const code = readFileSync(join(folder, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect({ file, forbidden: code.match(FORBIDDEN)?.[0] }).toEqual({ file, forbidden: undefined });
    }
  });

  it('hold no forbidden option whatever the values are', () => {
    const value = fc.oneof(
      fc.constantFrom('--force', '-f', '--no-sig-check', '--allow_psid_change', '-y', '; reboot -f', '$(reboot -f)'),
      fc.string(),
    );
    fc.assert(
      fc.property(value, value, (one, two) => {
        for (const build of [
          () => vibInstallCommand({ kind: 'vib', location: one }),
          () => setFirmwareConfigCommand(one, { SRIOV_EN: two }),
          () => setFirmwareConfigCommand('mt1_pciconf0', { [one]: two }),
          () => flintBurnCommand(one, two, 1),
          () => setModuleOptionsCommand(one, two),
          () => rebootCommand(one),
        ]) {
          const command = built(build);
          if (command !== undefined) expect(withoutQuoted(command)).not.toMatch(FORBIDDEN);
        }
      }),
    );
  });
});

function built(build: () => string): string | undefined {
  try {
    return build();
  } catch (error) {
    if (isPortError(error)) return undefined;
    throw error;
  }
}

/** What the shell sees outside of single quotes. */
function withoutQuoted(command: string): string {
  return command.replaceAll(/'[^']*'|\\'/g, 'Q');
}

describe('values that are refused', () => {
  it.each([
    {
      why: 'a relative path, which esxcli would look up under /var/log/vmware',
      act: () => vibInstallCommand({ kind: 'vib', location: 'nmst.vib' }),
      says: 'absolute path',
    },
    { why: 'a file URL', act: () => vibInstallCommand({ kind: 'depot', location: 'file:///x.zip' }), says: 'http(s) URL' },
    { why: 'a relative path of a file', act: () => removeFileCommand('x'), says: 'no absolute path' },
    {
      why: 'a firmware parameter in small letters',
      act: () => setFirmwareConfigCommand(DEVICE, { sriov_en: '1' }),
      says: 'no firmware parameter',
    },
    {
      why: 'a firmware parameter that hides a second',
      act: () => setFirmwareConfigCommand(DEVICE, { 'SRIOV_EN=1 NUM_OF_VFS': '1' }),
      says: 'no firmware parameter',
    },
    {
      why: 'a firmware value with blanks',
      act: () => setFirmwareConfigCommand(DEVICE, { SRIOV_EN: '1 --force' }),
      says: 'no firmware parameter',
    },
    { why: 'no firmware parameter at all', act: () => setFirmwareConfigCommand(DEVICE, {}), says: 'no firmware parameter was given' },
    { why: 'a reason of two lines', act: () => rebootCommand('a\nb'), says: 'line break' },
  ])('$why', ({ act, says }) => {
    expect(thrownBy(act).message).toContain(says);
  });
});
