/** `esxcli system version get`. */
import type { EsxiVersion } from '../../ports/esxiHost.ts';
import { notUnderstood } from '../outcome.ts';
import { shellCommand } from '../quote.ts';
import { labelled } from '../text.ts';

export function systemVersionCommand(): string {
  return shellCommand('esxcli', 'system', 'version', 'get');
}

export function parseSystemVersion(stdout: string): EsxiVersion {
  const product = labelled(stdout, 'Product');
  const version = labelled(stdout, 'Version');
  const build = labelled(stdout, 'Build');
  if (!product || !version || !build || !/^\d+(?:\.\d+)*$/.test(version)) throw notUnderstood('product, version and build', stdout);
  return { product, version, build };
}
