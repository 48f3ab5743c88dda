/** Where the outputs of flint and mst come from. */
import type { CorpusEntry } from './entry.ts';

const MSTFLINT = 'github.com/Mellanox/mstflint';

export const FLINT_AND_MST_CORPUS = [
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
  {
    file: 'flint/burn-same-version.txt',
    source: 'published field report, ConnectX-3',
    versions: 'FS2',
    shows: '-y re-burns the same version',
    text: 'verbatim',
  },
  {
    file: 'flint/burn-psid-mismatch-dell.txt',
    source: 'published field report; the same text in mstflint up to about 4.3x',
    versions: 'ConnectX-4 Lx of Dell',
    shows: 'an image of another card',
    text: 'verbatim',
  },
  {
    file: 'flint/burn-psid-mismatch-new.txt',
    source: `${MSTFLINT}, HEAD`,
    versions: 'HEAD of 2025',
    shows: 'the same refusal in newer words',
    text: 'fromSource',
  },
  {
    file: 'flint/burn-fw-ctrl.txt',
    source: `${MSTFLINT}, flint/subcommands.cpp (VMware build)`,
    versions: 'current, firmware-controlled burn',
    shows: 'progress on one line with carriage returns',
    text: 'fromSource',
  },
  {
    file: 'mst/start.txt',
    source: 'SmartX SMTX OS 6.3 VMware installation guide',
    versions: 'ESXi, MFT 4.22.1',
    shows: 'first start after a boot',
    text: 'verbatim',
  },
  {
    file: 'mst/start-again.txt',
    source: 'published installation log',
    versions: 'ESXi 7.0, MFT 4.18.1.14',
    shows: 'second start: success too',
    text: 'verbatim',
  },
  {
    file: 'mst/status.txt',
    source: 'NVIDIA MFT documentation, VMware ESXi',
    versions: 'native driver',
    shows: 'names without path',
    text: 'verbatim',
  },
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
  {
    file: 'mst/status-linux.txt',
    source: 'NVIDIA MFT documentation, Linux',
    versions: 'Linux',
    shows: 'names with path and detail lines',
    text: 'reconstructed',
  },
] as const satisfies readonly CorpusEntry[];
