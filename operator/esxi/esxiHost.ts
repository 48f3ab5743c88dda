/** The EsxiHost on a shell: each method is a tool's command, its parser, and what success means. */
import { isPortError } from '../ports/errors.ts';
import type {
  Activation,
  EncryptionMode,
  EsxiHost,
  EsxiVersion,
  FirmwareConfig,
  FirmwareImage,
  FirmwareVersions,
  ModuleOptions,
  ModuleParameter,
  MstDevice,
  Nic,
  OfferedVib,
  PciFunction,
  RunningVm,
  UnfinishedBurn,
  Vib,
  VibInstallResult,
  VibSource,
  VirtualFunction,
} from '../ports/esxiHost.ts';
import { burn, unfinishedBurn } from './burn.ts';
import type { Exec, ExecResult } from './exec.ts';
import { failureOf, requireSuccess } from './outcome.ts';
import { COMMAND_TIMEOUTS } from './timeouts.ts';
import { autoBackupCommand } from './tools/autoBackup.ts';
import { encryptionModeCommand, readEncryptionMode } from './tools/encryption.ts';
import { fileExistsCommand, parseSha256, removeFileCommand, sha256Command } from './tools/files.ts';
import {
  flintDeviceQueryCommand,
  flintImageQueryCommand,
  flintImageVerifyCommand,
  parseFirmwareImage,
  parseFirmwareVersions,
  requireVerified,
} from './tools/flintQuery.ts';
import { parsePciList, pciListCommand } from './tools/hardwarePci.ts';
import { type HostLog, logTailCommand, parseLogTail } from './tools/logTail.ts';
import {
  enterMaintenanceModeCommand,
  exitMaintenanceModeCommand,
  maintenanceModeCommand,
  parseMaintenanceMode,
} from './tools/maintenanceMode.ts';
import { firmwareConfigCommand, readFirmwareConfig } from './tools/mlxconfigQuery.ts';
import { parseActivation, setFailure, setFirmwareConfigCommand } from './tools/mlxconfigSet.ts';
import { mstStartCommand, mstStarted, mstStatusCommand, mstStatusVerboseCommand, parseMstStatus } from './tools/mst.ts';
import { nicListCommand, parseNicList } from './tools/networkNic.ts';
import { distributedSwitchListCommand, parseUplinkUsers, standardSwitchListCommand } from './tools/networkVswitch.ts';
import { passthroughFailure, setPassthroughCommand } from './tools/pciPassthrough.ts';
import { parseSecureBoot, secureBootCommand } from './tools/secureBoot.ts';
import { powerOffCommand, rebootCommand } from './tools/shutdown.ts';
import { parseSourcesVibList, sourcesVibListCommand } from './tools/softwareSources.ts';
import {
  parseRunningVibs,
  parseStagedVibs,
  parseVibInstall,
  stagedVibListCommand,
  vibInstallCommand,
  vibListCommand,
} from './tools/softwareVib.ts';
import {
  parseSriovNicList,
  parseVirtualFunctionList,
  saysNoSriovNic,
  sriovNicListCommand,
  virtualFunctionListCommand,
} from './tools/sriovNic.ts';
import {
  moduleOptionsCommand,
  moduleParametersCommand,
  parseModuleOptions,
  parseModuleParameters,
  requireOptionsWritten,
  setModuleOptionsCommand,
} from './tools/systemModule.ts';
import { parseSystemVersion, systemVersionCommand } from './tools/systemVersion.ts';
import { parseUptime, uptimeCommand } from './tools/uptime.ts';
import { parseVmProcessList, vmProcessListCommand } from './tools/vmProcess.ts';
import { upload } from './upload.ts';

/** What a host needs from its session. Commands run one at a time, which MFT requires (its known issue 3500568). */
export interface HostShell {
  readonly hostKeyFingerprint: string;
  readonly exec: Exec;
}

export class ShellEsxiHost implements EsxiHost {
  readonly hostKeyFingerprint: string;
  readonly #exec: Exec;

  constructor(shell: HostShell) {
    this.hostKeyFingerprint = shell.hostKeyFingerprint;
    this.#exec = shell.exec;
  }

  async version(signal: AbortSignal): Promise<EsxiVersion> {
    return parseSystemVersion(await this.#run(systemVersionCommand(), signal));
  }

  async uptimeMicroseconds(signal: AbortSignal): Promise<number> {
    return parseUptime(await this.#run(uptimeCommand(), signal));
  }

  async encryptionMode(signal: AbortSignal): Promise<EncryptionMode> {
    const command = encryptionModeCommand();
    return readEncryptionMode(command, await this.#exec(command, {}, signal));
  }

  async secureBoot(signal: AbortSignal): Promise<boolean> {
    return parseSecureBoot(await this.#run(secureBootCommand(), signal));
  }

  async vibs(signal: AbortSignal): Promise<readonly Vib[]> {
    return parseRunningVibs(await this.#run(vibListCommand(), signal));
  }

  async stagedVibs(signal: AbortSignal): Promise<readonly Vib[]> {
    const staged = parseStagedVibs(await this.#run(stagedVibListCommand(), signal));
    return staged.length > 0 ? staged : this.vibs(signal);
  }

  async offeredVibs(source: VibSource, signal: AbortSignal): Promise<readonly OfferedVib[]> {
    return parseSourcesVibList(await this.#run(sourcesVibListCommand(source), signal));
  }

  async installVib(source: VibSource, signal: AbortSignal): Promise<VibInstallResult> {
    return parseVibInstall(await this.#run(vibInstallCommand(source), signal, COMMAND_TIMEOUTS.installVib));
  }

  async pciFunctions(signal: AbortSignal): Promise<readonly PciFunction[]> {
    return parsePciList(await this.#run(pciListCommand(), signal));
  }

  async nics(signal: AbortSignal): Promise<readonly Nic[]> {
    return parseNicList(await this.#run(nicListCommand(), signal));
  }

  async uplinkUsers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const standard = parseUplinkUsers(await this.#run(standardSwitchListCommand(), signal));
    return { ...standard, ...parseUplinkUsers(await this.#run(distributedSwitchListCommand(), signal)) };
  }

  async setPassthrough(address: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    const command = setPassthroughCommand(address, enabled);
    const failure = passthroughFailure(command, await this.#exec(command, {}, signal));
    if (failure !== undefined) throw failure;
  }

  async moduleOptions(module: string, signal: AbortSignal): Promise<ModuleOptions> {
    return parseModuleOptions(await this.#run(moduleOptionsCommand(module), signal), module);
  }

  async moduleParameters(module: string, signal: AbortSignal): Promise<readonly ModuleParameter[]> {
    return parseModuleParameters(await this.#run(moduleParametersCommand(module), signal));
  }

  async setModuleOptions(module: string, options: string, signal: AbortSignal): Promise<void> {
    await this.#run(setModuleOptionsCommand(module, options), signal);
    requireOptionsWritten(module, options, await this.moduleOptions(module, signal));
  }

  async startMst(signal: AbortSignal): Promise<void> {
    const command = mstStartCommand();
    const result = await this.#exec(command, {}, signal);
    if (!mstStarted(result)) throw failureOf(command, result);
  }

  /** What `mst status` says while the module is not loaded is not documented: any failure of the tool counts as "no device". */
  async mstDevices(signal: AbortSignal): Promise<readonly MstDevice[]> {
    const devices = parseMstStatus(await this.#mstStatus(mstStatusVerboseCommand(), signal));
    return devices.length > 0 ? devices : parseMstStatus(await this.#mstStatus(mstStatusCommand(), signal));
  }

  /** Without its module, mst fails and there are no devices; why it would not start is for `startMst` to say. */
  async #mstStatus(command: string, signal: AbortSignal): Promise<string> {
    try {
      return await this.#run(command, signal);
    } catch (error) {
      if (isPortError(error, 'CommandFailed')) return '';
      throw error;
    }
  }

  async firmwareConfig(device: string, signal: AbortSignal): Promise<FirmwareConfig> {
    const command = firmwareConfigCommand(device);
    return readFirmwareConfig(command, await this.#exec(command, {}, signal));
  }

  async setFirmwareConfig(device: string, values: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Activation> {
    const command = setFirmwareConfigCommand(device, values);
    const result = await this.#exec(command, {}, signal);
    if (result.exitCode !== 0) throw setFailure(command, result);
    return parseActivation(result.stdout);
  }

  async firmwareVersions(device: string, signal: AbortSignal): Promise<FirmwareVersions> {
    return parseFirmwareVersions(await this.#run(flintDeviceQueryCommand(device), signal));
  }

  async firmwareImage(path: string, signal: AbortSignal): Promise<FirmwareImage> {
    const image = parseFirmwareImage(await this.#run(flintImageQueryCommand(path), signal));
    requireVerified(path, await this.#exec(flintImageVerifyCommand(path), {}, signal));
    return image;
  }

  async burnFirmware(device: string, path: string, signal: AbortSignal): Promise<void> {
    await burn(this.#exec, { device, path, uptimeMicroseconds: await this.uptimeMicroseconds(signal) }, signal);
  }

  async unfinishedBurn(signal: AbortSignal): Promise<UnfinishedBurn | undefined> {
    return await unfinishedBurn(this.#exec, signal);
  }

  async sriovNics(signal: AbortSignal): Promise<readonly string[]> {
    return parseSriovNicList(await this.#run(sriovNicListCommand(), signal));
  }

  async virtualFunctions(vmnic: string, signal: AbortSignal): Promise<readonly VirtualFunction[]> {
    const command = virtualFunctionListCommand(vmnic);
    const result = await this.#exec(command, {}, signal);
    return saysNoSriovNic(result.stdout + result.stderr) ? [] : parseVirtualFunctionList(requireSuccess(command, result));
  }

  async maintenanceMode(signal: AbortSignal): Promise<boolean> {
    return parseMaintenanceMode(await this.#run(maintenanceModeCommand(), signal));
  }

  /** Asks first and last: esxcli calls a state that is already reached an error. */
  async enterMaintenanceMode(timeoutSeconds: number, signal: AbortSignal): Promise<void> {
    if (await this.maintenanceMode(signal)) return;
    const command = enterMaintenanceModeCommand(timeoutSeconds);
    const timeoutMs = timeoutSeconds * 1000 + COMMAND_TIMEOUTS.enterMaintenanceMode;
    const result = await this.#exec(command, { timeoutMs }, signal);
    if (result.exitCode !== 0 && !(await this.maintenanceMode(signal))) throw failureOf(command, result);
  }

  async exitMaintenanceMode(signal: AbortSignal): Promise<void> {
    if (!(await this.maintenanceMode(signal))) return;
    const command = exitMaintenanceModeCommand();
    const result = await this.#exec(command, {}, signal);
    if (result.exitCode !== 0 && (await this.maintenanceMode(signal))) throw failureOf(command, result);
  }

  async runningVms(signal: AbortSignal): Promise<readonly RunningVm[]> {
    return parseVmProcessList(await this.#run(vmProcessListCommand(), signal));
  }

  async reboot(reason: string, signal: AbortSignal): Promise<void> {
    await this.#goDown(rebootCommand(reason), signal);
  }

  async powerOff(reason: string, signal: AbortSignal): Promise<void> {
    await this.#goDown(powerOffCommand(reason), signal);
  }

  async saveConfiguration(signal: AbortSignal): Promise<void> {
    await this.#run(autoBackupCommand(), signal, COMMAND_TIMEOUTS.saveConfiguration);
  }

  async logTail(log: HostLog, signal: AbortSignal): Promise<readonly string[]> {
    return parseLogTail(await this.#run(logTailCommand(log), signal));
  }

  async sha256(path: string, signal: AbortSignal): Promise<string> {
    return parseSha256(await this.#run(sha256Command(path), signal, COMMAND_TIMEOUTS.sha256));
  }

  async fileExists(path: string, signal: AbortSignal): Promise<boolean> {
    const command = fileExistsCommand(path);
    const result = await this.#exec(command, {}, signal);
    if (result.exitCode > 1) throw failureOf(command, result);
    return result.exitCode === 0;
  }

  async upload(content: AsyncIterable<Uint8Array>, path: string, signal: AbortSignal): Promise<void> {
    await upload(this.#exec, { content, path }, signal);
  }

  async removeFile(path: string, signal: AbortSignal): Promise<void> {
    await this.#run(removeFileCommand(path), signal);
  }

  async #run(command: string, signal: AbortSignal, timeoutMs?: number): Promise<string> {
    const result: ExecResult = await this.#exec(command, timeoutMs === undefined ? {} : { timeoutMs }, signal);
    return requireSuccess(command, result);
  }

  /** A host that goes down takes the connection with it, often before the exit status: after the command began, that is success. */
  async #goDown(command: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#run(command, signal);
    } catch (error) {
      if (!isPortError(error, 'ConnectionLost') || error.detail['started'] !== true) throw error;
    }
  }
}
