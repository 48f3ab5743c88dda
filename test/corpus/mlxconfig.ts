/** Where the outputs of mlxconfig come from. */
import type { CorpusEntry } from './entry.ts';

const MSTFLINT = 'github.com/Mellanox/mstflint';

export const MLXCONFIG_CORPUS = [
  {
    file: 'mlxconfig/query-connectx4lx.txt',
    source: 'github.com/k8snetworkplumbingwg/sriov-network-operator, pkg/vendors/mellanox/mellanox_test.go; its placeholders filled in',
    versions: 'mstconfig 4.28 or later, ConnectX-4 Lx',
    shows: 'query -e, three columns, pending changes, PF_NUM_OF_VF_VALID beside NUM_OF_VFS',
    text: 'verbatim',
  },
  {
    file: 'mlxconfig/query-connectx6lx.txt',
    source:
      'rows: github.com/k8snetworkplumbingwg/sriov-network-operator, pull request 358; lines above them: format strings of the source',
    versions: 'mstconfig before 4.28, ConnectX-6 Lx',
    shows: 'query -e in the older, narrower layout',
    text: 'reconstructed',
  },
  {
    file: 'mlxconfig/query-connectx7-no-e.txt',
    source: 'rows: github.com/k8snetworkplumbingwg/sriov-network-device-plugin, issue 601; lines above them: format strings of the source',
    versions: 'mstconfig 4.28 or later, ConnectX-7',
    shows: 'one value column; a name with small letters',
    text: 'reconstructed',
  },
  {
    file: 'mlxconfig/query-esxi-current-heading.txt',
    source: 'SmartX SMTX OS 6.3 VMware installation guide, chapter on SR-IOV in the firmware; rows left out there are left out here',
    versions: 'ESXi, MFT 4.22.1, ConnectX-5 Ex',
    shows: 'one value column headed Current; lower-case device name',
    text: 'collapsed',
  },
  {
    file: 'mlxconfig/query-pending-after-warm-reboot.txt',
    source: 'row: published field report of a DGX with ConnectX-7; lines above it: format strings of the source',
    versions: 'ConnectX-7',
    shows: 'a value that a warm reboot did not activate: current 16, next 8',
    text: 'reconstructed',
  },
  {
    file: 'mlxconfig/query-narrow-columns.txt',
    source: `${MSTFLINT}, mlxconfig/mlxcfg_ui.cpp`,
    versions: 'mstconfig 4.28 to 4.34',
    shows: 'values as wide as their column, separated by one blank; arrays; a read-only row; N/A',
    text: 'fromSource',
  },
  {
    file: 'mlxconfig/query-partly-failed.txt',
    source: `${MSTFLINT}, mlxconfig/mlxcfg_ui.cpp`,
    versions: 'current',
    shows: 'the table, then failures: exit code 3 with data worth reading',
    text: 'fromSource',
  },
  {
    file: 'mlxconfig/query-next-only-firmware.txt',
    source: `${MSTFLINT}, mlxconfig/mlxcfg_ui.cpp`,
    versions: '4.6',
    shows: 'firmware that cannot tell default and current values: fewer columns despite -e; `PCI device:` as label',
    text: 'fromSource',
  },
  {
    file: 'mlxconfig/error-cannot-open.txt',
    source: 'mstconfig -d 04:00.0 q on a machine without such a device',
    versions: 'mstflint 4.21.0, Debian 12',
    shows: 'errors on standard output, exit code 3',
    text: 'verbatim',
  },
  {
    file: 'mlxconfig/error-no-devices.txt',
    source: `${MSTFLINT}, mlxconfig/mlxcfg_ui.cpp (MFT build)`,
    versions: 'current',
    shows: 'mst not started',
    text: 'fromSource',
  },
  {
    file: 'mlxconfig/set-reboot.txt',
    source: `${MSTFLINT}, mlxconfig/mlxcfg_ui.cpp`,
    versions: '4.28 or later',
    shows: 'set with -y',
    text: 'fromSource',
  },
  {
    file: 'mlxconfig/set-esxi.txt',
    source: 'SmartX SMTX OS 6.3 VMware installation guide',
    versions: 'ESXi, MFT 4.22.1',
    shows: 'set with the doubled question mark of older MFT',
    text: 'collapsed',
  },
  {
    file: 'mlxconfig/set-power-cycle.txt',
    source: `${MSTFLINT}, mlxconfig/mlxcfg_ui.cpp; seen in the field: sriov-network-operator issue 1082`,
    versions: 'current',
    shows: 'the tool asks for a power cycle instead of a reboot',
    text: 'fromSource',
  },
  {
    file: 'mlxconfig/set-larger-than-maximum.txt',
    source: `${MSTFLINT}, mlxconfig sources`,
    versions: 'current',
    shows: 'the largest number of VFs, behind a stray apostrophe',
    text: 'fromSource',
  },
  {
    file: 'mlxconfig/set-unsupported-parameter.txt',
    source: `${MSTFLINT}, mlxconfig sources`,
    versions: '4.6 to current',
    shows: 'FORCE_ETH_PCI_SUBCLASS before ADVANCED_PCI_SETTINGS is stored',
    text: 'fromSource',
  },
  {
    file: 'mlxconfig/set-illegal-constraint.txt',
    source: `${MSTFLINT}, mlxconfig sources`,
    versions: 'current',
    shows: 'parameters that exclude each other',
    text: 'fromSource',
  },
] as const satisfies readonly CorpusEntry[];
