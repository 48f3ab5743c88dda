/** The resource tree of a simulated BMC: one system and its BIOS. */
import type { HostWorld } from '../world/hostWorld.ts';
import type { RedfishOptions } from './redfishOptions.ts';

export const ROOT = '/redfish/v1';
export const SYSTEM = `${ROOT}/Systems/1`;
export const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
export const RESET_INFO = `${SYSTEM}/ResetActionInfo`;
export const BIOS = `${SYSTEM}/Bios`;
export const SETTINGS = `${BIOS}/Settings`;

type Resource = Readonly<Record<string, unknown>>;

export function serviceRoot(world: HostWorld): Resource {
  return {
    '@odata.type': '#ServiceRoot.v1_9_0.ServiceRoot',
    '@odata.id': ROOT,
    Id: 'RootService',
    Name: 'Root Service',
    RedfishVersion: '1.11.0',
    Vendor: world.profile.manufacturer,
    UUID: world.systemUuid,
    Systems: { '@odata.id': `${ROOT}/Systems` },
  };
}

export function systems(): Resource {
  return {
    '@odata.type': '#ComputerSystemCollection.ComputerSystemCollection',
    '@odata.id': `${ROOT}/Systems`,
    Name: 'Computer System Collection',
    'Members@odata.count': 1,
    Members: [{ '@odata.id': SYSTEM }],
  };
}

export function system(world: HostWorld, options: RedfishOptions): Resource {
  return {
    '@odata.type': '#ComputerSystem.v1_14_0.ComputerSystem',
    '@odata.id': SYSTEM,
    Id: '1',
    Name: 'System',
    SystemType: 'Physical',
    UUID: world.systemUuid,
    Manufacturer: world.profile.manufacturer,
    Model: world.profile.model,
    SerialNumber: world.systemUuid.slice(0, 8).toUpperCase(),
    PowerState: powerState(world),
    Status: { State: 'Enabled', Health: 'OK' },
    ...(options.bios === 'none' ? {} : { Bios: { '@odata.id': BIOS } }),
    Actions: { '#ComputerSystem.Reset': { target: RESET, ...allowable(world, options) } },
  };
}

/** A host that boots, or hangs while booting, draws power. */
export function powerState(world: HostWorld): 'On' | 'Off' {
  return world.powerState === 'off' ? 'Off' : 'On';
}

function allowable(world: HostWorld, options: RedfishOptions): Resource {
  switch (options.allowableValues ?? 'inline') {
    case 'inline':
      return { 'ResetType@Redfish.AllowableValues': world.profile.resetTypes };
    case 'actionInfo':
      return { '@Redfish.ActionInfo': RESET_INFO };
    case 'absent':
      return {};
  }
}

export function resetActionInfo(world: HostWorld): Resource {
  return {
    '@odata.type': '#ActionInfo.v1_2_0.ActionInfo',
    '@odata.id': RESET_INFO,
    Id: 'ResetActionInfo',
    Name: 'Reset Action Info',
    Parameters: [{ Name: 'ResetType', Required: true, DataType: 'String', AllowableValues: world.profile.resetTypes }],
  };
}

export function bios(world: HostWorld, options: RedfishOptions): Resource {
  const settings = {
    '@Redfish.Settings': {
      '@odata.type': '#Settings.v1_3_3.Settings',
      SettingsObject: { '@odata.id': SETTINGS },
      SupportedApplyTimes: ['OnReset'],
    },
  };
  return {
    '@odata.type': '#Bios.v1_1_1.Bios',
    '@odata.id': BIOS,
    Id: 'Bios',
    Name: 'BIOS Configuration Current Settings',
    AttributeRegistry: 'BiosAttributeRegistry.v1_0_0',
    Attributes: world.bios.current,
    ...(options.bios === 'readOnly' ? {} : settings),
  };
}

export function biosSettings(world: HostWorld, options: RedfishOptions): Resource {
  const copy = options.settingsShow === 'everything' ? world.bios.current : {};
  return {
    '@odata.type': '#Bios.v1_1_1.Bios',
    '@odata.id': SETTINGS,
    Id: 'Settings',
    Name: 'BIOS Configuration Pending Settings',
    Attributes: { ...copy, ...world.bios.pending },
  };
}
