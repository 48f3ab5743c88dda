/** Catalogue of simulated adapters. Device ids and names are those of pci.ids and of MFT; of the PSIDs only their difference matters. */
import type { AdapterModel } from '../world/hostOptions.ts';

const MELLANOX = { subVendorId: 0x15b3, maxVfs: 127, vpi: false, forceEthSubclass: false } as const;

/** Ethernet, two ports; no LINK_TYPE. */
export const connectX5En: AdapterModel = {
  ...MELLANOX,
  partNumber: 'MCX512A-ACAT',
  description: 'ConnectX-5 EN network interface card; 25GbE dual-port SFP28; PCIe3.0 x8',
  deviceType: 'ConnectX5',
  deviceId: 0x1017,
  vfDeviceId: 0x1018,
  deviceName: 'MT27800 Family [ConnectX-5]',
  subDeviceId: 0x0080,
  psid: 'MT_0000000080',
  firmwareVersion: '16.31.1014',
  ports: 2,
};

export const connectX6Dx: AdapterModel = {
  ...MELLANOX,
  partNumber: 'MCX623106AN-CDAT',
  description: 'ConnectX-6 Dx EN adapter card; 100GbE dual-port QSFP56; PCIe 4.0 x16',
  deviceType: 'ConnectX6DX',
  deviceId: 0x101d,
  vfDeviceId: 0x101e,
  deviceName: 'MT2892 Family [ConnectX-6 Dx]',
  subDeviceId: 0x0016,
  psid: 'MT_0000000359',
  firmwareVersion: '22.35.1012',
  ports: 2,
};

export const connectX4Lx: AdapterModel = {
  ...MELLANOX,
  partNumber: 'MCX4121A-ACAT',
  description: 'ConnectX-4 Lx EN network interface card; 25GbE dual-port SFP28; PCIe3.0 x8',
  deviceType: 'ConnectX4LX',
  deviceId: 0x1015,
  vfDeviceId: 0x1016,
  deviceName: 'MT27710 Family [ConnectX-4 Lx]',
  subDeviceId: 0x0003,
  psid: 'MT_2420110034',
  firmwareVersion: '14.31.1014',
  ports: 2,
  maxVfs: 64,
};

/** The same chip sold by Dell: its own PSID, so NVIDIA's images do not fit. */
export const dellConnectX4Lx: AdapterModel = {
  ...connectX4Lx,
  partNumber: '0R887V',
  description: 'MCX422A-ACAA ConnectX-4 Lx EN Dual Port SFP28; 25GbE for Dell rack NDC',
  subDeviceId: 0x0020,
  psid: 'DEL2420110034',
};

export const connectX4Vpi: AdapterModel = {
  ...MELLANOX,
  partNumber: 'MCX456A-ECAT',
  description: 'ConnectX-4 VPI adapter card; EDR IB (100Gb/s) and 100GbE; dual-port QSFP28; PCIe3.0 x16',
  deviceType: 'ConnectX4',
  deviceId: 0x1013,
  vfDeviceId: 0x1014,
  deviceName: 'MT27700 Family [ConnectX-4]',
  subDeviceId: 0x0008,
  psid: 'MT_2190110032',
  firmwareVersion: '12.20.1010',
  ports: 2,
  vpi: true,
  forceEthSubclass: true,
};

export const connectX6Vpi: AdapterModel = {
  ...MELLANOX,
  partNumber: 'MCX653106A-ECAT',
  description: 'ConnectX-6 VPI adapter card; 100Gb/s (HDR100, EDR IB and 100GbE); dual-port QSFP56; PCIe3.0 x16',
  deviceType: 'ConnectX6',
  deviceId: 0x101b,
  vfDeviceId: 0x101c,
  deviceName: 'MT28908 Family [ConnectX-6]',
  subDeviceId: 0x0006,
  psid: 'MT_0000000224',
  firmwareVersion: '20.31.1014',
  ports: 2,
  vpi: true,
  forceEthSubclass: true,
};

/** VPI with a single port: LINK_TYPE_P2 does not exist. */
export const connectX6VpiSinglePort: AdapterModel = {
  ...connectX6Vpi,
  partNumber: 'MCX653105A-ECAT',
  description: 'ConnectX-6 VPI adapter card; 100Gb/s (HDR100, EDR IB and 100GbE); single-port QSFP56; PCIe3.0 x16',
  subDeviceId: 0x0005,
  psid: 'MT_0000000222',
  ports: 1,
};

export const connectX7: AdapterModel = {
  ...MELLANOX,
  partNumber: 'MCX75310AAS-NEAT',
  description: 'NVIDIA ConnectX-7 HHHL adapter card; 400GbE / NDR IB (default mode); single-port OSFP; PCIe 5.0 x16',
  deviceType: 'ConnectX7',
  deviceId: 0x1021,
  vfDeviceId: 0x101e,
  deviceName: 'MT2910 Family [ConnectX-7]',
  subDeviceId: 0x0041,
  psid: 'MT_0000000838',
  firmwareVersion: '28.39.1002',
  ports: 1,
  vpi: true,
  forceEthSubclass: true,
};

/** Ethernet, one port. */
export const connectX5EnSinglePort: AdapterModel = {
  ...connectX5En,
  partNumber: 'MCX515A-CCAT',
  description: 'ConnectX-5 EN network interface card; 100GbE single-port QSFP28; PCIe3.0 x16',
  subDeviceId: 0x0117,
  psid: 'MT_0000000011',
  ports: 1,
};

/** A DPU in DPU mode: its functions look like those of an adapter, and nothing of it is the host's to configure. */
export const blueField2: AdapterModel = {
  ...MELLANOX,
  partNumber: 'MBF2H516A-CEEOT',
  description: 'BlueField-2 DPU 100GbE dual-port QSFP56; PCIe Gen4 x16; Crypto and Secure Boot enabled',
  deviceType: 'BlueField2',
  deviceId: 0xa2d6,
  vfDeviceId: 0x101e,
  deviceName: 'MT42822 BlueField-2 integrated ConnectX-6 Dx network controller',
  subDeviceId: 0x0061,
  psid: 'MT_0000000559',
  firmwareVersion: '24.37.1300',
  ports: 2,
};
