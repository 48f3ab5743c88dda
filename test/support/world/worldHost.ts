/** The EsxiHost port straight on a simulated world, without SSH: what lets thousands of worlds be driven in a test. */
import { createHash } from 'node:crypto';
import { PortError } from '../../../operator/ports/errors.ts';
import type {
  Activation,
  EsxiHost,
  FirmwareConfig,
  FirmwareImage,
  FirmwareParameter,
  FirmwareVersions,
  PciFunction,
  VibInstallResult,
  VibSource,
} from '../../../operator/ports/esxiHost.ts';
import { formatParameter } from '../../simulator/world/firmwareParameters.ts';
import { maxVfsOf } from '../../simulator/world/hostModules.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import type { MstDevice as WorldDevice } from '../../simulator/world/mftTools.ts';
import { decodePayload } from '../../simulator/world/payload.ts';

export class WorldHost implements EsxiHost {
  readonly hostKeyFingerprint = 'SHA256:world';
  readonly #world: HostWorld;

  constructor(world: HostWorld) {
    this.#world = world;
  }

  async version() {
    this.#reach();
    return { product: 'VMware ESXi', version: this.#world.version, build: `Releasebuild-${this.#world.build}` };
  }
  async uptimeMicroseconds() {
    this.#reach();
    return this.#world.uptimeMs * 1000;
  }
  async encryptionMode() {
    return this.#reach().encryptionMode;
  }
  async secureBoot() {
    return this.#reach().secureBoot;
  }
  async offeredVibs(source: VibSource) {
    const payload = decodePayload(this.#file(source.location));
    return payload !== undefined && 'vibs' in payload ? payload.vibs : [];
  }
  async vibs() {
    return this.#reach().software.running;
  }
  async stagedVibs() {
    return this.#reach().software.afterReboot;
  }
  async installVib(source: VibSource): Promise<VibInstallResult> {
    const world = this.#reach();
    const result = world.software.install(source, world.files, world.misbehaviours);
    if (!result.ok) throw new PortError('CommandFailed', `[${result.error}] ${result.lines.join(' ')}`);
    world.counters.vibInstalls += 1;
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
    const { installed, removed, skipped, rebootRequired } = result.change;
    return { message: 'done', rebootRequired, installed: names(installed), removed: names(removed), skipped: names(skipped) };
  }
  async pciFunctions(): Promise<readonly PciFunction[]> {
    return this.#reach().functions.map((fn) => ({
      address: fn.port.address,
      vendorId: 0x15b3,
      deviceId: fn.adapter.model.deviceId,
      subVendorId: fn.adapter.model.subVendorId,
      subDeviceId: fn.adapter.model.subDeviceId,
      deviceClass: fn.deviceClass,
      deviceName: fn.adapter.model.deviceName,
      vmkernelName: fn.driver === undefined ? undefined : fn.port.vmnic,
      moduleName: fn.driver,
      currentOwner: fn.passedThrough ? 'VM Passthru' : 'VMkernel',
      configuredOwner: this.#world.passthrough.enabled(fn.port.address) ? 'VM Passthru' : 'VMkernel',
      passthruCapable: true,
    }));
  }
  async uplinkUsers(): Promise<Readonly<Record<string, string>>> {
    const pairs = Object.entries(this.#reach().vswitches).flatMap(([name, uplinks]) => uplinks.map((uplink) => [uplink, name] as const));
    return Object.fromEntries(pairs);
  }
  async setPassthrough(address: string, enabled: boolean) {
    const refusal = this.#reach().passthrough.configure(this.#world, address, enabled);
    if (refusal?.kind !== 'usedBy') return;
    const message = `Device ownership cannot be changed to passthru as it is used by vswitch ${refusal.vswitch}`;
    throw new PortError('CommandFailed', message, { detail: { usedBySwitch: refusal.vswitch, uplink: address } });
  }
  async nics() {
    return this.#reach().functions.flatMap((fn) =>
      fn.driver === undefined
        ? []
        : [
            {
              name: fn.port.vmnic,
              pciAddress: fn.port.address,
              driver: fn.driver,
              macAddress: fn.port.macAddress,
              linkUp: fn.adapter.linkUp,
              mtu: 1500,
            },
          ],
    );
  }
  async moduleOptions(module: string) {
    return { enabled: true, options: this.#reach().modules.configured(module) };
  }
  async moduleParameters() {
    return [];
  }
  async setModuleOptions(module: string, options: string) {
    const world = this.#reach();
    world.modules.set(module, options);
    world.counters.moduleOptionSets += 1;
  }
  async startMst() {
    if (this.#tools().mft.start() === 'noModule') throw new PortError('CommandFailed', 'no mst module');
  }
  async mstDevices() {
    return this.#tools()
      .mft.devices()
      .map(({ name, adapter, port }) => ({
        name,
        pciAddress: adapter.ports[port - 1]?.address,
        vmnic: adapter.ports[port - 1]?.vmnic,
        deviceType: adapter.model.deviceType,
      }));
  }
  async firmwareConfig(device: string): Promise<FirmwareConfig> {
    const { adapter } = this.#device(device);
    if (this.#world.mft.takeBusy(adapter, 'query')) throw new PortError('CommandFailed', 'Register access failed, device is busy');
    const value = (definition: Parameters<typeof formatParameter>[0], number: number) => {
      const raw = formatParameter(definition, number);
      return { raw, label: /^([^(]+)\(/.exec(raw)?.[1], number };
    };
    const parameters: Record<string, FirmwareParameter> = {};
    for (const parameter of adapter.config.list()) {
      const { definition } = parameter;
      parameters[definition.name] = {
        name: definition.name,
        default: value(definition, parameter.default),
        current: value(definition, parameter.current),
        next: value(definition, parameter.next),
        readOnly: definition.readOnly ?? false,
      };
    }
    return { device, deviceType: adapter.model.deviceType, description: adapter.model.description, parameters, currentReadable: true };
  }
  async setFirmwareConfig(device: string, values: Readonly<Record<string, string>>): Promise<Activation> {
    const assignments = Object.entries(values).map(([name, value]) => ({ name, value }));
    const outcome = this.#tools().mft.set(this.#device(device).adapter, assignments);
    if (outcome.kind === 'done') return outcome.activation === 'reboot' ? 'Reboot' : 'PowerCycle';
    if (outcome.kind === 'busy') throw new PortError('CommandFailed', 'Register access failed, device is busy');
    const { problem } = outcome;
    const detail =
      problem.kind === 'tooLarge' ? { parameter: problem.name, maximum: problem.limit } : { unsupportedParameter: problem.name };
    throw new PortError('CommandFailed', `${problem.kind} ${problem.name}`, { detail });
  }
  async firmwareVersions(device: string): Promise<FirmwareVersions> {
    const { flashed, running, psid, baseMac, baseGuid } = this.#device(device).adapter;
    return { flashed, running, psid, baseMac, baseGuid };
  }
  async firmwareImage(path: string): Promise<FirmwareImage> {
    const payload = decodePayload(this.#file(path));
    if (payload?.kind !== 'firmware') throw new PortError('CommandFailed', `${path} is no image`);
    if (payload.damaged === true) throw new PortError('CommandFailed', `${path}: a section has a wrong CRC`);
    return { version: payload.version, psid: payload.psid };
  }
  async burnFirmware(device: string, path: string) {
    const image = { kind: 'firmware', ...(await this.firmwareImage(path)) } as const;
    const outcome = this.#tools().mft.burn(this.#device(device).adapter, image);
    if (outcome.kind !== 'done') throw new PortError('CommandFailed', `burn: ${outcome.kind}`);
  }
  async unfinishedBurn() {
    this.#reach();
    return undefined;
  }
  async sriovNics() {
    return this.#reach().functions.flatMap((fn) => (fn.virtualFunctions.length > 0 ? [fn.port.vmnic] : []));
  }
  async virtualFunctions(vmnic: string) {
    const fn = this.#reach().functions.find((candidate) => candidate.port.vmnic === vmnic);
    return (fn?.virtualFunctions ?? []).map((pciAddress, id) => ({ id, pciAddress, active: false }));
  }
  async maintenanceMode() {
    return this.#reach().maintenanceMode;
  }
  async enterMaintenanceMode(timeoutSeconds: number) {
    if (!(await this.#reach().enterMaintenanceMode(timeoutSeconds))) throw new PortError('CommandFailed', 'timed out');
  }
  async exitMaintenanceMode() {
    this.#reach().exitMaintenanceMode();
  }
  async runningVms() {
    const world = this.#reach();
    return world.vms.runningVms(world.id).map(({ name, worldId, configFile }) => ({ name, worldId: String(worldId), configFile }));
  }
  async reboot() {
    this.#inMaintenance().reboot();
  }
  async powerOff() {
    this.#inMaintenance().shutDown();
  }
  async saveConfiguration() {
    this.#reach().modules.save();
    this.#world.passthrough.save();
  }
  async logTail(log: 'vmkernel' | 'vobd') {
    return new TextDecoder().decode(this.#file(`/var/log/${log}.log`)).split('\n');
  }
  async sha256(path: string) {
    return createHash('sha256').update(this.#file(path)).digest('hex');
  }
  async fileExists(path: string) {
    return this.#reach().files.read(path) !== undefined;
  }
  async upload(content: AsyncIterable<Uint8Array>, path: string) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    this.#reach().files.write(path, Buffer.concat(parts));
  }
  async removeFile(path: string) {
    this.#reach().files.remove(path);
  }

  /** Entries of max_vfs that are configured, for expectations. */
  configuredVfs(): readonly number[] {
    return maxVfsOf(this.#world.modules.configured('nmlx5_core'));
  }

  #reach(): HostWorld {
    if (!this.#world.sshListening || !this.#world.hostdReady) throw new PortError('HostUnreachable', 'the host does not answer');
    return this.#world;
  }
  #inMaintenance(): HostWorld {
    if (!this.#reach().maintenanceMode) throw new PortError('CommandFailed', 'the host is not in maintenance mode');
    return this.#world;
  }
  #tools(): HostWorld {
    if (!this.#reach().mft.installed) throw new PortError('ToolMissing', 'MFT is not installed');
    return this.#world;
  }
  #device(name: string): WorldDevice {
    const device = this.#tools().mft.device(name);
    if (device === undefined) throw new PortError('CommandFailed', `Failed to open the device ${name}`);
    return device;
  }
  #file(path: string): Uint8Array {
    const content = this.#reach().files.read(path);
    if (content === undefined) throw new PortError('CommandFailed', `${path}: no such file`);
    return content;
  }
}
