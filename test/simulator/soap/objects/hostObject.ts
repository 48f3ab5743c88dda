/** A simulated host as the managed object HostSystem. */
import type { InventoryHost } from '../../world/inventory.ts';
import { hostsOf } from '../../world/inventoryNetworks.ts';
import { compareVersions } from '../wire/apiVersion.ts';
import { array, boolean, byte, dateTime, enumeration, int, long, object, optional, ref, refs, string, type Value } from '../wire/values.ts';
import { aboutInfo } from './about.ts';
import { functionsOf, ONBOARD, pciDevice, pciEntries, pciPassthruInfo } from './hostPci.ts';
import type { ManagedObject } from './managedObject.ts';
import { hostSwitches } from './networkSettings.ts';
import { entityName, type View } from './view.ts';

export function hostObject(view: View, host: InventoryHost, apiVersion: string): ManagedObject {
  return {
    ref: view.naming.host(host),
    properties: {
      name: () => string(entityName(host.view.name)),
      parent: () => ref(view.naming.compute(host)),
      config: () => config(view, host, apiVersion),
      hardware: () => hardware(view, host),
      runtime: () => runtime(host),
      summary: () => summary(view, host),
      capability: () => capability(host),
      configManager: () => configManager(view, host),
      vm: () => refs(view.inventory.vmsOfHost(host.view.id).map((vm) => view.naming.vm(vm))),
      network: () =>
        refs(
          view
            .networks()
            .filter((network) => hostsOf(network).has(host.view.id))
            .map((network) => view.naming.network(network)),
        ),
    },
  };
}

/** HostPciPassthruSystem: the same list as `config.pciPassthruInfo`. */
export function pciPassthruSystemObject(view: View, host: InventoryHost, apiVersion: string): ManagedObject {
  return { ref: view.naming.pciPassthruSystem(host), properties: { pciPassthruInfo: () => pciPassthruInfo(view, host, apiVersion) } };
}

function config(view: View, host: InventoryHost, apiVersion: string): Value {
  return object('HostConfigInfo', {
    host: ref(view.naming.host(host)),
    product: aboutInfo({ ...view, apiType: 'HostAgent', version: host.view.version, build: host.view.build }),
    network: object('HostNetworkInfo', {
      ...hostSwitches(view, host),
      pnic: array('PhysicalNic', pnics(view, host)),
      vnic: array('HostVirtualNic', [managementNic(host)]),
    }),
    service: object('HostServiceInfo', { service: array('HostService', [sshService(host)]) }),
    lockdownMode: enumeration('HostLockdownMode', host.view.lockdown === true ? 'lockdownNormal' : 'lockdownDisabled'),
    certificate: optional(view.inventory.guests.endpointOf(host.view.id)?.certPem, certificate),
    pciPassthruInfo: pciPassthruInfo(view, host, apiVersion),
    sriovDevicePool: undefined,
  });
}

function sshService({ view }: InventoryHost): Value {
  return object('HostService', {
    key: string('TSM-SSH'),
    label: string('SSH'),
    required: boolean(false),
    uninstallable: boolean(false),
    running: boolean(view.sshRunning !== false),
    ruleset: string('sshServer'),
    policy: string('on'),
  });
}

/** PEM as bytes, one element for each. */
function certificate(pem: string): Value {
  return array('byte', [...Buffer.from(pem)].map(byte));
}

/** InfiniBand ports show as uplinks without a link (NVIDIA's SR-IOV procedure for ESXi). */
function pnics(view: View, host: InventoryHost): readonly Value[] {
  const adapters = functionsOf(view, host).flatMap((pf) =>
    pf.vmnic === undefined
      ? []
      : [
          {
            device: pf.vmnic,
            pci: pf.address,
            driver: 'nmlx5_core',
            mac: pf.macAddress,
            speedMb: pf.linkType === 'Ethernet' ? 100_000 : undefined,
          },
        ],
  );
  const onboard = ONBOARD.flatMap((entry, index) =>
    entry.vmnic === undefined
      ? []
      : [
          {
            device: entry.vmnic,
            pci: entry.address,
            driver: 'igbn',
            mac: onboardMac(host, index),
            speedMb: entry.vmnic === 'vmnic0' ? 1000 : undefined,
          },
        ],
  );
  return [...onboard, ...adapters].map((nic) => {
    const link = (speedMb: number) => object('PhysicalNicLinkInfo', { speedMb: int(speedMb), duplex: boolean(true) });
    return object('PhysicalNic', {
      key: string(`key-vim.host.PhysicalNic-${nic.device}`),
      device: string(nic.device),
      pci: string(nic.pci),
      driver: string(nic.driver),
      linkSpeed: optional(nic.speedMb, link),
      spec: object('PhysicalNicSpec', {}),
      wakeOnLanSupported: boolean(false),
      mac: string(nic.mac),
    });
  });
}

function managementNic(host: InventoryHost): Value {
  return object('HostVirtualNic', {
    device: string('vmk0'),
    key: string('key-vim.host.VirtualNic-vmk0'),
    portgroup: string('Management Network'),
    spec: object('HostVirtualNicSpec', {
      ip: object('HostIpConfig', { dhcp: boolean(false), ipAddress: string(host.managementIp), subnetMask: string('255.255.255.0') }),
      mac: string(onboardMac(host, 1)),
    }),
  });
}

function onboardMac(host: InventoryHost, index: number): string {
  const bytes = [0xac, 0x1f, 0x6b, (host.number >> 8) & 0xff, host.number & 0xff, index];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function hardware(view: View, host: InventoryHost): Value {
  return object('HostHardwareInfo', {
    systemInfo: object('HostSystemInfo', { vendor: string('Simulated'), model: string('Rack server'), uuid: string(host.view.systemUuid) }),
    memorySize: long(host.memoryMB * 1024 * 1024),
    pciDevice: array('HostPciDevice', pciEntries(view, host).map(pciDevice)),
  });
}

function runtime(host: InventoryHost): Value {
  return object('HostRuntimeInfo', {
    connectionState: enumeration('HostSystemConnectionState', host.view.up ? 'connected' : 'notResponding'),
    powerState: enumeration('HostSystemPowerState', host.view.up ? 'poweredOn' : 'unknown'),
    inMaintenanceMode: boolean(host.view.maintenanceMode),
    bootTime: dateTime(host.view.bootTime),
  });
}

function summary(view: View, host: InventoryHost): Value {
  return object('HostListSummary', {
    host: ref(view.naming.host(host)),
    hardware: object('HostHardwareSummary', {
      vendor: string('Simulated'),
      model: string('Rack server'),
      uuid: string(host.view.systemUuid),
    }),
    runtime: runtime(host),
    config: object('HostConfigSummary', {
      name: string(entityName(host.view.name)),
      port: int(443),
      product: aboutInfo({ ...view, apiType: 'HostAgent', version: host.view.version, build: host.view.build }),
    }),
    overallStatus: enumeration('ManagedEntityStatus', 'green'),
    rebootRequired: boolean(host.view.physicalFunctions.some((pf) => pf.configuredVfs !== pf.virtualFunctions.length)),
  });
}

/** Managers that are not simulated are unset, as they may be on a real host. */
function configManager(view: View, host: InventoryHost): Value {
  return object('HostConfigManager', {
    patchManager: undefined,
    pciPassthruSystem: ref(view.naming.pciPassthruSystem(host)),
    kernelModuleSystem: undefined,
    imageConfigManager: undefined,
    assignableHardwareManager: undefined,
  });
}

/** Passthrough without a restart came with vSphere 7.0. */
export function rebindsWithoutReboot(host: InventoryHost): boolean {
  return compareVersions(host.view.version, '7.0') >= 0;
}

function capability(host: InventoryHost): Value {
  return object('HostCapability', {
    rebootSupported: boolean(true),
    maintenanceModeSupported: boolean(true),
    ipmiSupported: boolean(true),
    deviceRebindWithoutRebootSupported: boolean(rebindsWithoutReboot(host)),
  });
}
