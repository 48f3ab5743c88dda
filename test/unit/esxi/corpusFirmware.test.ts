/** The parsers of the firmware tools on what those really print. */
import { expect } from '@jest/globals';
import { failureOf } from '../../../operator/esxi/outcome.ts';
import { burnFailure } from '../../../operator/esxi/tools/flintBurn.ts';
import { parseFirmwareImage, parseFirmwareVersions } from '../../../operator/esxi/tools/flintQuery.ts';
import { readFirmwareConfig } from '../../../operator/esxi/tools/mlxconfigQuery.ts';
import { parseActivation, setFailure } from '../../../operator/esxi/tools/mlxconfigSet.ts';
import { mstStarted, parseMstStatus } from '../../../operator/esxi/tools/mst.ts';

import { type CorpusCase, describeCorpus } from './support/corpusCases.ts';
import { result, thrownBy } from './support/results.ts';

const config = (exitCode: number) => (text: string) => readFirmwareConfig('mlxconfig', result(text, exitCode));
const value = (raw: string, number: number | undefined, label?: string) => ({ raw, number, label });
/** name -> [default, current, next] as printed. */
const columns = (exitCode: number) => (text: string) =>
  Object.fromEntries(
    Object.values(config(exitCode)(text).parameters).map((parameter) => [
      parameter.name,
      [parameter.default?.raw, parameter.current?.raw, parameter.next.raw],
    ]),
  );
const refusal = (text: string) => {
  const { message, detail } = setFailure('/opt/mellanox/bin/mlxconfig -y -d x set A_B=1', result(text, 3));
  return { message, detail };
};
const mismatch = (text: string) => burnFailure('x', '/y', result(text, 1)).detail['psidMismatch'];

const CASES: readonly CorpusCase[] = [
  {
    file: 'mlxconfig/query-connectx4lx.txt',
    read: config(0),
    is: expect.objectContaining({
      device: '19:00.0',
      deviceType: 'ConnectX4LX',
      description: 'MCX422A-ACAA ConnectX-4 Lx EN Dual Port SFP28; 25GbE for Dell rack NDC',
      currentReadable: true,
      parameters: expect.objectContaining({
        NUM_OF_VFS: { name: 'NUM_OF_VFS', readOnly: false, default: value('8', 8), current: value('8', 8), next: value('16', 16) },
        SRIOV_EN: {
          name: 'SRIOV_EN',
          readOnly: false,
          default: value('False(0)', 0, 'False'),
          current: value('False(0)', 0, 'False'),
          next: value('True(1)', 1, 'True'),
        },
        ROCE_CONTROL: expect.objectContaining({ current: value('DEVICE_DEFAULT(0)', 0, 'DEVICE_DEFAULT') }),
        MEMIC_SIZE_LIMIT: expect.objectContaining({ next: value('_256KB(1)', 1, '_256KB') }),
        PF_NUM_OF_VF_VALID: expect.objectContaining({ next: value('False(0)', 0, 'False') }),
      }),
    }),
  },
  {
    file: 'mlxconfig/query-connectx6lx.txt',
    read: columns(0),
    is: {
      NUM_OF_PFC_P1: ['8', '8', '8'],
      VL15_BUFFER_SIZE_P1: ['0', '0', '0'],
      NUM_OF_VL_P2: ['_4_VLs(3)', '_4_VLs(3)', '_4_VLs(3)'],
      SRIOV_IB_ROUTING_MODE_P1: ['LID(1)', 'LID(1)', 'LID(1)'],
    },
  },
  {
    file: 'mlxconfig/query-connectx7-no-e.txt',
    read: columns(0),
    is: {
      UEFI_HII_EN: [undefined, undefined, 'True(1)'],
      BOOT_LACP_DIS: [undefined, undefined, 'True(1)'],
      EXP_ROM_UEFI_x86_ENABLE: [undefined, undefined, 'True(1)'],
    },
  },
  {
    file: 'mlxconfig/query-esxi-current-heading.txt',
    read: config(0),
    is: {
      device: 'mt4121_pciconf0',
      deviceType: 'ConnectX5',
      description: 'N/A',
      currentReadable: false,
      parameters: {
        NUM_OF_VFS: { name: 'NUM_OF_VFS', readOnly: false, default: undefined, current: undefined, next: value('0', 0) },
        SRIOV_EN: { name: 'SRIOV_EN', readOnly: false, default: undefined, current: undefined, next: value('False(0)', 0, 'False') },
      },
    },
  },
  { file: 'mlxconfig/query-pending-after-warm-reboot.txt', read: columns(0), is: { NUM_OF_VFS: ['16', '16', '8'] } },
  {
    file: 'mlxconfig/query-narrow-columns.txt',
    read: config(0),
    is: expect.objectContaining({
      parameters: {
        PCI_ATOMIC_MODE: expect.objectContaining({
          next: value('PCI_ATOMIC_ENABLED_EXT_ATOMIC_ENABLED(2)', 2, 'PCI_ATOMIC_ENABLED_EXT_ATOMIC_ENABLED'),
        }),
        HOST_CHAINING_DESCRIPTORS: expect.objectContaining({ current: value('Array[0..7]', undefined) }),
        NUM_OF_VFS: expect.objectContaining({ next: value('0', 0) }),
        PF_NUM_OF_VF: expect.objectContaining({ next: value('0', 0) }),
        MEMIC_ATOMIC: {
          name: 'MEMIC_ATOMIC',
          readOnly: true,
          default: value('N/A', undefined),
          current: value('N/A', undefined),
          next: value('N/A', undefined),
        },
      },
    }),
  },
  {
    file: 'mlxconfig/query-partly-failed.txt',
    read: columns(3),
    is: { SRIOV_EN: ['False(0)', 'True(1)', 'True(1)'], LINK_TYPE_P1: ['IB(1)', 'ETH(2)', 'ETH(2)'] },
  },
  {
    file: 'mlxconfig/query-partly-failed.txt',
    read: (text) => [config(3)(text).incomplete, config(0)(text).incomplete],
    is: [expect.stringMatching(/^mlxconfig failed with exit code 3: -E- Failed to query some of the TLVs/), undefined],
  },
  {
    file: 'mlxconfig/query-next-only-firmware.txt',
    read: (text) => [config(0)(text).currentReadable, config(0)(text).device, columns(0)(text)],
    is: [false, 'mt4115_pciconf0', { SRIOV_EN: [undefined, undefined, 'True(1)'], NUM_OF_VFS: [undefined, undefined, '8'] }],
  },
  {
    file: 'mlxconfig/error-cannot-open.txt',
    read: (text) => thrownBy(() => config(3)(text)).message,
    is: 'mlxconfig failed with exit code 3: -E- Failed to open the device',
  },
  { file: 'mlxconfig/error-no-devices.txt', read: (text) => thrownBy(() => config(3)(text)).code, is: 'CommandFailed' },
  { file: 'mlxconfig/set-reboot.txt', read: parseActivation, is: 'Reboot' },
  { file: 'mlxconfig/set-esxi.txt', read: parseActivation, is: 'Reboot' },
  { file: 'mlxconfig/set-power-cycle.txt', read: parseActivation, is: 'PowerCycle' },
  {
    file: 'mlxconfig/set-larger-than-maximum.txt',
    read: refusal,
    is: {
      message: "mlxconfig failed with exit code 3: -E- Parameter NUM_OF_VFS' value is larger than maximum allowed 127",
      detail: expect.objectContaining({ parameter: 'NUM_OF_VFS', maximum: 127 }),
    },
  },
  {
    file: 'mlxconfig/set-unsupported-parameter.txt',
    read: refusal,
    is: expect.objectContaining({ detail: expect.objectContaining({ unsupportedParameter: 'FORCE_ETH_PCI_SUBCLASS' }) }),
  },
  {
    file: 'mlxconfig/set-illegal-constraint.txt',
    read: (text) => refusal(text).message,
    is: 'mlxconfig failed with exit code 3: -E- The Parameter NUM_OF_VFS has Illegal constraint.',
  },
  {
    file: 'flint/query-fs4.txt',
    read: parseFirmwareVersions,
    is: { flashed: '16.28.2006', running: '16.27.1016', psid: 'MT_0000000008', baseMac: 'b8:59:9f:aa:bb:cc', baseGuid: 'b8599f0300aabbcc' },
  },
  {
    file: 'flint/query-oem-esxi.txt',
    read: (text) => [parseFirmwareVersions(text), parseFirmwareImage(text)],
    is: [
      { flashed: '14.22.1002', running: '14.22.1002', psid: 'MT_2420110034', baseMac: undefined, baseGuid: undefined },
      { version: '14.22.1002', psid: 'MT_2420110034' },
    ],
  },
  {
    file: 'flint/error-cannot-open-image.txt',
    read: (text) => [thrownBy(() => parseFirmwareImage(text)).code, failureOf('/opt/mellanox/bin/flint -i x q', result(text, 1)).message],
    is: ['OutputNotUnderstood', expect.stringContaining('flint failed with exit code 1: -E- Cannot open Image')],
  },
  { file: 'flint/burn-same-version.txt', read: mismatch, is: undefined },
  { file: 'flint/burn-fw-ctrl.txt', read: mismatch, is: undefined },
  { file: 'flint/burn-psid-mismatch-dell.txt', read: mismatch, is: true },
  { file: 'flint/burn-psid-mismatch-new.txt', read: mismatch, is: true },
  { file: 'mst/start.txt', read: (text) => mstStarted(result(text, 0)), is: true },
  { file: 'mst/start-again.txt', read: (text) => [mstStarted(result(text, 0)), mstStarted(result(text, 1))], is: [true, true] },
  {
    file: 'mst/status.txt',
    read: parseMstStatus,
    is: [{ name: 'mt4099_pciconf0', deviceType: undefined, pciAddress: undefined, vmnic: undefined }],
  },
  {
    file: 'mst/status-vv-native.txt',
    read: parseMstStatus,
    is: [
      { name: 'mt4115_pciconf0', deviceType: 'ConnectX4(rev:0)', pciAddress: '0000:03:00.0', vmnic: 'vmnic4' },
      { name: 'mt4115_pciconf0.1', deviceType: 'ConnectX4(rev:0)', pciAddress: '0000:03:00.1', vmnic: 'vmnic5' },
    ],
  },
  {
    file: 'mst/status-vv-rdma-column.txt',
    read: parseMstStatus,
    is: [{ name: 'mt4099_pciconf0', deviceType: 'ConnectX3(rev:1)', pciAddress: '0000:01:00.0', vmnic: 'vmnic0' }],
  },
  {
    file: 'mst/status-vv-connectx5.txt',
    read: parseMstStatus,
    is: [
      { name: 'mt4121_pciconf0', deviceType: 'ConnectX5(rev:0)', pciAddress: '0000:02:00.0', vmnic: 'vmnic2' },
      { name: 'mt4121_pciconf0.1', deviceType: 'ConnectX5(rev:0)', pciAddress: '0000:02:00.1', vmnic: 'vmnic3' },
    ],
  },
  {
    file: 'mst/status-linux.txt',
    read: parseMstStatus,
    is: [{ name: '/dev/mst/mt4119_pciconf0', deviceType: undefined, pciAddress: '0000:3b:00.0', vmnic: undefined }],
  },
];

describeCorpus(['mlxconfig', 'flint', 'mst'], CASES);
