/** No parser fails in any other way than by saying that it does not understand: on any text, and on real text cut or damaged. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failureOf } from '../../../operator/esxi/outcome.ts';
import { parseSha256 } from '../../../operator/esxi/tools/files.ts';
import { burnFailure, parseUnfinishedBurn } from '../../../operator/esxi/tools/flintBurn.ts';
import { parseFirmwareImage, parseFirmwareVersions } from '../../../operator/esxi/tools/flintQuery.ts';
import { parsePciList } from '../../../operator/esxi/tools/hardwarePci.ts';
import { parseMaintenanceMode } from '../../../operator/esxi/tools/maintenanceMode.ts';
import { readFirmwareConfig } from '../../../operator/esxi/tools/mlxconfigQuery.ts';
import { parseActivation, setFailure } from '../../../operator/esxi/tools/mlxconfigSet.ts';
import { mstStarted, parseMstStatus } from '../../../operator/esxi/tools/mst.ts';
import { parseNicList } from '../../../operator/esxi/tools/networkNic.ts';
import { parseStagedVibs, parseVibInstall, parseVibList } from '../../../operator/esxi/tools/softwareVib.ts';
import { parseSriovNicList, parseVirtualFunctionList } from '../../../operator/esxi/tools/sriovNic.ts';
import { parseModuleOptions, parseModuleParameters } from '../../../operator/esxi/tools/systemModule.ts';
import { parseSystemVersion } from '../../../operator/esxi/tools/systemVersion.ts';
import { parseUptime } from '../../../operator/esxi/tools/uptime.ts';
import { parseVmProcessList } from '../../../operator/esxi/tools/vmProcess.ts';
import { isPortError } from '../../../operator/ports/errors.ts';
import { CORPUS, corpusText } from '../../corpus/index.ts';
import { result } from './support/results.ts';

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  parseSha256,
  parseFirmwareImage,
  parseFirmwareVersions,
  parsePciList,
  parseMaintenanceMode,
  readFirmwareConfig: (text) => readFirmwareConfig('mlxconfig', result(text)),
  parseActivation,
  mstStarted: (text) => mstStarted(result(text, 1)),
  parseMstStatus,
  parseNicList,
  parseStagedVibs,
  parseVibInstall,
  parseVibList,
  parseSriovNicList,
  parseVirtualFunctionList,
  parseModuleOptions: (text) => parseModuleOptions(text, 'nmlx5_core'),
  parseModuleParameters,
  parseSystemVersion,
  parseUptime,
  parseVmProcessList,
  failureOf: (text) => failureOf('esxcli software vib list', result(text, 1, text)),
  setFailure: (text) => setFailure('mlxconfig', result(text, 3)),
  burnFailure: (text) => burnFailure('mt4119_pciconf0', '/fw.bin', result(text, 1)),
  parseUnfinishedBurn,
};

const real = CORPUS.map((entry) => corpusText(entry.file));

/** Real output, cut at both ends, with a piece replaced by anything. */
const damaged = fc
  .tuple(fc.constantFrom(...real), fc.nat(4000), fc.nat(200), fc.string({ unit: 'binary', maxLength: 20 }))
  .map(([text, at, length, piece]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start + length);
  });

/** Words that mean something to one of the parsers, in no order. */
const words = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          'Configurations:',
          'Default',
          'Current',
          'Next Boot',
          '\n',
          '*',
          'RO',
          'SRIOV_EN',
          'True(1)',
          '__proto__',
          'constructor',
          '-E-',
          'PSID:',
          'FW Version:',
        ],
        ...[
          '<?xml version="1.0"?>',
          '<output>',
          '<root>',
          '<list type="structure">',
          '<structure>',
          '<field name="Name">',
          '<string>',
          '</string>',
          '</field>',
          '&amp;',
          '&#xffffff;',
        ],
        ...[
          'mt4119_pciconf0',
          '03:00.0',
          'net-vmnic4',
          'Message:',
          'Reboot Required:',
          'true',
          "nmlx5_core enabled = 1 options = '",
          "'",
          '<!DOCTYPE x [<!ENTITY a "b">]>',
          '<![CDATA[',
        ],
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(' '));

describe('on arbitrary text', () => {
  it.each(Object.entries(PARSERS).map(([name, parse]) => ({ name, parse })))('$name gives a value or OutputNotUnderstood', ({ parse }) => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), damaged, words), (text) => {
        expect(codeOf(parse, text)).toMatch(/^(?:a value|OutputNotUnderstood)$/);
      }),
      { numRuns: 300 },
    );
  });
});

function codeOf(parse: (text: string) => unknown, text: string): string {
  try {
    parse(text);
    return 'a value';
  } catch (error) {
    return isPortError(error) ? error.code : `a crash: ${String(error)}`;
  }
}
