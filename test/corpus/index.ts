/**
 * Outputs of the tools on real hosts, one file each, and where each comes from: the ground the parsers stand on.
 *
 * `verbatim`: copied from a published capture. `collapsed`: the same, but the page lost repeated blanks. `fromSource`: printed by the
 * format strings of the tool's published source, with values of ours. `reconstructed`: a real shape filled in by hand, because no
 * capture was found; the first real one should replace it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CorpusEntry {
  readonly file: string;
  readonly source: string;
  /** Versions of ESXi, MFT or the tool, as far as the source tells. */
  readonly versions: string;
  readonly shows: string;
  readonly text: 'verbatim' | 'collapsed' | 'fromSource' | 'reconstructed';
}

const FORMATTER = "shape: class XmlVisitor of esxcli's own formatter; field names: table columns without blanks";
const MSTFLINT = 'github.com/Mellanox/mstflint';

export const CORPUS = [
  {
    file: 'mlxconfig/query-connectx4lx.txt',
    source: 'github.com/k8snetworkplumbingwg/sriov-network-operator, pkg/vendors/mellanox/mellanox_test.go; its placeholders filled in',
    versions: 'mstconfig 4.28 or later, ConnectX-4 Lx',
    shows: 'query -e, three columns, pending changes, PF_NUM_OF_VF_VALID beside NUM_OF_VFS',
    text: 'verbatim',
  },
  {
    file: 'mlxconfig/query-connectx6lx.txt',
    source: 'rows: github.com/k8snetworkplumbingwg/sriov-network-operator, pull request 358; lines above them: format strings of the source',
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
  { file: 'mlxconfig/set-reboot.txt', source: `${MSTFLINT}, mlxconfig/mlxcfg_ui.cpp`, versions: '4.28 or later', shows: 'set with -y', text: 'fromSource' },
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
  {
    file: 'flint/query-fs4.txt',
    source: `${MSTFLINT}, flint/subcommands.cpp`,
    versions: 'current, FS4',
    shows: 'a burned image that waits for a restart: FW Version(Running)',
    text: 'fromSource',
  },
  {
    file: 'flint/query-oem-esxi.txt',
    source: 'values: published field report, flint -d 0000:18:00.0 q',
    versions: 'ESXi, ConnectX-4 Lx of Huawei',
    shows: 'Orig PSID beside PSID; no GUIDs in the excerpt',
    text: 'collapsed',
  },
  {
    file: 'flint/error-cannot-open-image.txt',
    source: 'flint -i X q on a machine without such a file; the path is ours',
    versions: 'mstflint 4.21.0, Debian 12',
    shows: 'no image there, exit code 1',
    text: 'verbatim',
  },
  { file: 'flint/burn-same-version.txt', source: 'published field report, ConnectX-3', versions: 'FS2', shows: '-y re-burns the same version', text: 'verbatim' },
  {
    file: 'flint/burn-psid-mismatch-dell.txt',
    source: 'published field report; the same text in mstflint up to about 4.3x',
    versions: 'ConnectX-4 Lx of Dell',
    shows: 'an image of another card',
    text: 'verbatim',
  },
  { file: 'flint/burn-psid-mismatch-new.txt', source: `${MSTFLINT}, HEAD`, versions: 'HEAD of 2025', shows: 'the same refusal in newer words', text: 'fromSource' },
  {
    file: 'flint/burn-fw-ctrl.txt',
    source: `${MSTFLINT}, flint/subcommands.cpp (VMware build)`,
    versions: 'current, firmware-controlled burn',
    shows: 'progress on one line with carriage returns',
    text: 'fromSource',
  },
  { file: 'mst/start.txt', source: 'SmartX SMTX OS 6.3 VMware installation guide', versions: 'ESXi, MFT 4.22.1', shows: 'first start after a boot', text: 'verbatim' },
  { file: 'mst/start-again.txt', source: 'published installation log', versions: 'ESXi 7.0, MFT 4.18.1.14', shows: 'second start: success too', text: 'verbatim' },
  { file: 'mst/status.txt', source: 'NVIDIA MFT documentation, VMware ESXi', versions: 'native driver', shows: 'names without path', text: 'verbatim' },
  {
    file: 'mst/status-vv-native.txt',
    source: 'NVIDIA MFT documentation, VMware ESXi; blanks rebuilt',
    versions: 'native driver, ConnectX-4',
    shows: 'two functions of one chip with PCI address and uplink',
    text: 'reconstructed',
  },
  {
    file: 'mst/status-vv-rdma-column.txt',
    source: 'published installation log',
    versions: 'ESXi 7.0, MFT 4.18.1.14, ConnectX-3',
    shows: 'the uplink under RDMA; a _pci_cr twin',
    text: 'verbatim',
  },
  {
    file: 'mst/status-vv-connectx5.txt',
    source: 'SmartX SMTX OS 6.3 VMware installation guide',
    versions: 'ESXi, MFT 4.22.1, ConnectX-5 Ex',
    shows: 'the table with single blanks',
    text: 'collapsed',
  },
  { file: 'mst/status-linux.txt', source: 'NVIDIA MFT documentation, Linux', versions: 'Linux', shows: 'names with path and detail lines', text: 'reconstructed' },
  { file: 'esxcli/vib-install-7.txt', source: 'published installation log', versions: 'ESXi 7.0.3', shows: 'Reboot Required before the lists', text: 'verbatim' },
  { file: 'esxcli/vib-install-8.txt', source: 'published installation log', versions: 'ESXi 8.0', shows: 'Reboot Required after the lists, DPU Results', text: 'verbatim' },
  {
    file: 'esxcli/vib-install-already-there.txt',
    source: 'message and skipped list: published log; the other lines as in vib-install-7.txt',
    versions: 'ESXi 7.0',
    shows: 'a VIB that is there already',
    text: 'reconstructed',
  },
  {
    file: 'esxcli/vib-install-wrapped.txt',
    source: 'lines wrapped as with --screen-width',
    versions: 'any',
    shows: 'long values over several lines',
    text: 'reconstructed',
  },
  { file: 'esxcli/vib-install-8.xml', source: FORMATTER, versions: 'any', shows: 'the result as XML', text: 'reconstructed' },
  { file: 'esxcli/vib-install-acceptance-error.txt', source: 'published log', versions: 'ESXi 8.0', shows: '[AcceptanceConfigError]', text: 'verbatim' },
  { file: 'esxcli/vib-install-dependency-error.txt', source: 'published log', versions: 'ESXi 7.0', shows: '[DependencyError]', text: 'verbatim' },
  { file: 'esxcli/vib-install-signature-error.txt', source: 'published log', versions: 'ESXi 7.0.3', shows: '[InstallationError]', text: 'verbatim' },
  {
    file: 'esxcli/vib-list.xml',
    source: `${FORMATTER}; values: published installation log`,
    versions: 'ESXi 7.0, MFT 4.18.1.14',
    shows: 'mft and nmst, both PartnerSupported',
    text: 'reconstructed',
  },
  { file: 'esxcli/empty-list.xml', source: FORMATTER, versions: 'any', shows: 'no entries: no image staged, no SR-IOV uplink, no VM', text: 'fromSource' },
  { file: 'esxcli/nic-list.xml', source: 'github.com/spyroot/warlock, tests; two of eight uplinks', versions: 'ESXi 8', shows: 'link down and up', text: 'verbatim' },
  { file: 'esxcli/vm-process-list.xml', source: 'github.com/spyroot/warlock, tests; one of five VMs', versions: 'ESXi 8', shows: 'a name with blanks', text: 'verbatim' },
  {
    file: 'esxcli/pci-list.xml',
    source: `${FORMATTER}; labels: published output of hardware pci list`,
    versions: 'any',
    shows: 'decimal and 0x numbers, no driver, XML entities',
    text: 'reconstructed',
  },
  { file: 'esxcli/sriovnic-list.xml', source: `${FORMATTER}; values: published Cisco page`, versions: 'any', shows: 'one SR-IOV uplink', text: 'reconstructed' },
  {
    file: 'esxcli/vf-list-decimal.xml',
    source: `${FORMATTER}; values: published output of a ConnectX on ESXi 7`,
    versions: 'up to 8.0.2',
    shows: 'decimal PCI addresses with five-digit segments',
    text: 'reconstructed',
  },
  {
    file: 'esxcli/vf-list-hexadecimal.xml',
    source: `${FORMATTER}; address form: github.com/intel/mfd-network-adapter, esxi.py`,
    versions: 'from 8.0.3',
    shows: 'hexadecimal PCI addresses',
    text: 'reconstructed',
  },
  {
    file: 'esxcli/vf-list-no-such-nic.txt',
    source: 'github.com/intel/mfd-network-adapter, esxi.py',
    versions: 'any',
    shows: 'an uplink without virtual functions, with exit code 0 or 1',
    text: 'fromSource',
  },
  {
    file: 'esxcli/module-parameters.xml',
    source: `${FORMATTER}; values: published output for nmlx5_core`,
    versions: 'any',
    shows: 'a description of several lines, a type with blanks, an unset value',
    text: 'reconstructed',
  },
  { file: 'esxcli/version.txt', source: 'published output', versions: 'ESXi 7.0.3', shows: 'Version beside Update and Patch', text: 'verbatim' },
  { file: 'esxcli/uptime.txt', source: 'published output', versions: 'any', shows: 'microseconds', text: 'verbatim' },
  { file: 'esxcli/maintenance-enabled.txt', source: 'published output', versions: 'any', shows: 'in maintenance mode', text: 'verbatim' },
  { file: 'esxcli/maintenance-disabled.txt', source: 'published output', versions: 'any', shows: 'not in maintenance mode, or still entering', text: 'verbatim' },
  { file: 'esxcli/error-missing-reason.txt', source: 'published output', versions: 'any', shows: 'a usage error on standard output', text: 'verbatim' },
  {
    file: 'esxcli/error-hostd-not-ready.txt',
    source: 'general knowledge of hosts that have just booted',
    versions: 'any',
    shows: 'hostd does not answer yet',
    text: 'reconstructed',
  },
  {
    file: 'esxcfg-module/get.txt',
    source: 'SmartX SMTX OS 6.3 VMware installation guide; its placeholder filled in',
    versions: 'ESXi 7',
    shows: 'max_vfs beside other options',
    text: 'verbatim',
  },
  { file: 'esxcfg-module/get-empty.txt', source: 'github.com/intel/mfd-esxi, tests', versions: 'any', shows: 'no options', text: 'verbatim' },
] as const satisfies readonly CorpusEntry[];

export type CorpusFile = (typeof CORPUS)[number]['file'];

/** The file as it stands. */
export function corpusText(file: CorpusFile): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}
