/** The parsers of esxcli and esxcfg-module on what those really print. */
import { expect } from '@jest/globals';
import { failureOf } from '../../../operator/esxi/outcome.ts';
import { parsePciList } from '../../../operator/esxi/tools/hardwarePci.ts';
import { parseMaintenanceMode } from '../../../operator/esxi/tools/maintenanceMode.ts';
import { parseNicList } from '../../../operator/esxi/tools/networkNic.ts';
import { parseUplinkUsers } from '../../../operator/esxi/tools/networkVswitch.ts';
import { passthroughFailure, setPassthroughCommand } from '../../../operator/esxi/tools/pciPassthrough.ts';
import { parseVibInstall, parseVibList } from '../../../operator/esxi/tools/softwareVib.ts';
import { parseSriovNicList, parseVirtualFunctionList } from '../../../operator/esxi/tools/sriovNic.ts';
import { parseModuleOptions, parseModuleParameters } from '../../../operator/esxi/tools/systemModule.ts';
import { parseSystemVersion } from '../../../operator/esxi/tools/systemVersion.ts';
import { parseUptime } from '../../../operator/esxi/tools/uptime.ts';
import { parseVmProcessList } from '../../../operator/esxi/tools/vmProcess.ts';

import { type CorpusCase, describeCorpus } from './support/corpusCases.ts';
import { result } from './support/results.ts';

const failure = (text: string) => {
  const { code, message, detail } = failureOf('esxcli software vib install -v /x.vib', result(text, 1));
  return { code, message, errorClass: detail['errorClass'] };
};
const passthrough = (text: string) => {
  const found = passthroughFailure(setPassthroughCommand('0000:3b:00.0', true), result(text, 1));
  return found === undefined ? 'done' : { code: found.code, ...found.detail };
};
const CASES: readonly CorpusCase[] = [
  { file: 'esxcli/pcipassthru-already.txt', read: passthrough, is: 'done' },
  {
    file: 'esxcli/pcipassthru-used.txt',
    read: passthrough,
    is: {
      code: 'CommandFailed',
      command: 'esxcli hardware pci pcipassthru set -d 0000:3b:00.0 -e true',
      exitCode: 1,
      usedBySwitch: 'vSwitch0',
      uplink: 'vmnic4',
    },
  },
  {
    file: 'esxcli/vswitch-list.xml',
    read: parseUplinkUsers,
    is: { vmnic0: 'vSwitch0', vmnic1: 'vSwitch0', vmnic4: 'vSwitch1', vmnic5: 'vSwitch1' },
  },
  {
    file: 'esxcli/pci-list-passthru.xml',
    read: parsePciList,
    is: [
      {
        address: '0000:3b:00.0',
        vendorId: 0x15b3,
        deviceId: 0x101b,
        subVendorId: 0x15b3,
        subDeviceId: 8,
        deviceClass: 0x0200,
        deviceName: 'MT28908 Family [ConnectX-6]',
        vmkernelName: undefined,
        moduleName: 'pciPassthru',
        currentOwner: 'VM Passthru',
        configuredOwner: 'VM Passthru',
        passthruCapable: true,
      },
    ],
  },
  {
    file: 'esxcli/vib-install-7.txt',
    read: parseVibInstall,
    is: {
      message: 'The update completed successfully, but the system needs to be rebooted for the changes to be effective.',
      rebootRequired: true,
      installed: ['MEL_bootbank_nmst_4.22.1.11-1OEM.703.0.0.18434556'],
      removed: [],
      skipped: [],
    },
  },
  {
    file: 'esxcli/vib-install-8.txt',
    read: parseVibInstall,
    is: {
      message: 'Operation finished successfully.',
      rebootRequired: false,
      installed: ['esxcliext_bootbank_esxcli-nsx-ext_1.0.0-0.0.0'],
      removed: [],
      skipped: [],
    },
  },
  {
    file: 'esxcli/vib-install-already-there.txt',
    read: parseVibInstall,
    is: {
      message: 'Host is not changed.',
      rebootRequired: false,
      installed: [],
      removed: [],
      skipped: ['MEL_bootbank_nmst_4.22.1.11-1OEM.703.0.0.18434556'],
    },
  },
  {
    file: 'esxcli/vib-install-wrapped.txt',
    read: parseVibInstall,
    is: {
      message: 'The update completed successfully, but the system needs to be rebooted for the changes to be effective.',
      rebootRequired: true,
      installed: ['MEL_bootbank_mft_4.22.1.11-0', 'MEL_bootbank_nmst_4.22.1.11-1OEM.703.0.0.18434556'],
      removed: ['MEL_bootbank_mft_4.18.1.14-0'],
      skipped: [],
    },
  },
  {
    file: 'esxcli/vib-install-8.xml',
    read: parseVibInstall,
    is: {
      message: 'Operation finished successfully.',
      rebootRequired: false,
      installed: ['MEL_bootbank_mft_4.22.1.11-0', 'MEL_bootbank_nmst_4.22.1.11-1OEM.703.0.0.18434556'],
      removed: [],
      skipped: [],
    },
  },
  {
    file: 'esxcli/vib-install-acceptance-error.txt',
    read: failure,
    is: {
      code: 'CommandFailed',
      errorClass: 'AcceptanceConfigError',
      message: expect.stringMatching(/^esxcli software vib install failed with exit code 1: \[AcceptanceConfigError\] VIB .* is community/),
    },
  },
  { file: 'esxcli/vib-install-dependency-error.txt', read: failure, is: expect.objectContaining({ errorClass: 'DependencyError' }) },
  { file: 'esxcli/vib-install-signature-error.txt', read: failure, is: expect.objectContaining({ errorClass: 'InstallationError' }) },
  {
    file: 'esxcli/vib-list.xml',
    read: parseVibList,
    is: [
      { name: 'mft', version: '4.18.1.14-0', vendor: 'MEL', acceptanceLevel: 'PartnerSupported' },
      { name: 'nmst', version: '4.18.1.14-1OEM.700.1.0.15843807', vendor: 'MEL', acceptanceLevel: 'PartnerSupported' },
    ],
  },
  {
    file: 'esxcli/empty-list.xml',
    read: (text) => [parseVibList(text), parseSriovNicList(text), parseVmProcessList(text), parseVirtualFunctionList(text)],
    is: [[], [], [], []],
  },
  {
    file: 'esxcli/nic-list.xml',
    read: parseNicList,
    is: [
      { name: 'vmnic3', pciAddress: '0000:19:00.1', driver: 'igbn', macAddress: '78:ac:44:07:b2:c7', linkUp: false, mtu: 1500 },
      { name: 'vmnic5', pciAddress: '0000:3b:00.1', driver: 'i40en', macAddress: 'f8:f2:1e:bc:f0:81', linkUp: true, mtu: 9000 },
    ],
  },
  {
    file: 'esxcli/vm-process-list.xml',
    read: parseVmProcessList,
    is: [
      {
        name: 'vSAN File Service Node (2)',
        worldId: '2103350',
        configFile:
          '/vmfs/volumes/vsan:523d6567f1251470-01fff6533f4bec49/7c788d65-080c-0bbd-a559-78ac4407b2c6/vSAN File Service Node (2).vmx',
      },
    ],
  },
  {
    file: 'esxcli/pci-list.xml',
    read: parsePciList,
    is: [
      {
        address: '0000:82:00.0',
        vendorId: 0x15b3,
        deviceId: 0x1013,
        subVendorId: 0x15b3,
        subDeviceId: 8,
        deviceClass: 0x0200,
        deviceName: 'MT27700 Family [ConnectX-4]',
        vmkernelName: 'vmnic4',
        moduleName: 'nmlx5_core',
        currentOwner: 'VMkernel',
        configuredOwner: 'VMkernel',
        passthruCapable: undefined,
      },
      {
        address: '0000:00:1f.0',
        vendorId: 0x8086,
        deviceId: 0x1d41,
        subVendorId: 0,
        subDeviceId: 0,
        deviceClass: 0x0601,
        deviceName: 'C600/X79 "Patsburg" <LPC> & eSPI',
        vmkernelName: undefined,
        moduleName: undefined,
        currentOwner: 'VMkernel',
        configuredOwner: 'Unknown',
        passthruCapable: undefined,
      },
    ],
  },
  { file: 'esxcli/sriovnic-list.xml', read: parseSriovNicList, is: ['vmnic0'] },
  {
    file: 'esxcli/vf-list-decimal.xml',
    read: parseVirtualFunctionList,
    is: [
      { id: 0, pciAddress: '0000:65:00.1', active: false },
      { id: 1, pciAddress: '0000:65:00.2', active: true },
    ],
  },
  {
    file: 'esxcli/vf-list-hexadecimal.xml',
    read: parseVirtualFunctionList,
    is: [
      { id: 0, pciAddress: '0000:65:00.1', active: false },
      { id: 1, pciAddress: '0000:65:00.2', active: true },
    ],
  },
  { file: 'esxcli/vf-list-no-such-nic.txt', read: parseVirtualFunctionList, is: [] },
  {
    file: 'esxcli/module-parameters.xml',
    read: parseModuleParameters,
    is: [
      {
        name: 'max_vfs',
        type: 'array of uint',
        value: '',
        description:
          "Number of PCI VFs to initialize\nValues : Array of 'uint' of range 0-128, May be limited by device, 0 - disabled\nDefault: 0",
      },
    ],
  },
  {
    file: 'esxcli/version.txt',
    read: parseSystemVersion,
    is: { product: 'VMware ESXi', version: '7.0.3', build: 'Releasebuild-24784741' },
  },
  { file: 'esxcli/uptime.txt', read: parseUptime, is: 42_825_414_367 },
  { file: 'esxcli/maintenance-enabled.txt', read: parseMaintenanceMode, is: true },
  { file: 'esxcli/maintenance-disabled.txt', read: parseMaintenanceMode, is: false },
  {
    file: 'esxcli/error-missing-reason.txt',
    read: (text) => failure(text).message,
    is: 'esxcli software vib install failed with exit code 1: Error: Missing required parameter -r|--reason',
  },
  {
    file: 'esxcli/error-hostd-not-ready.txt',
    read: (text) => failureOf('esxcli system version get', result(text, 1)).detail,
    is: expect.objectContaining({ hostdNotReady: true }),
  },
  {
    file: 'esxcfg-module/get.txt',
    read: (text) => parseModuleOptions(text, 'nmlx5_core'),
    is: { enabled: true, options: 'pfctx=0x08 pfcrx=0x08 trust_state=2 max_vfs=4,4' },
  },
  { file: 'esxcfg-module/get-empty.txt', read: (text) => parseModuleOptions(text, 'icen'), is: { enabled: true, options: '' } },
];

describeCorpus(['esxcli', 'esxcfg-module'], CASES);
