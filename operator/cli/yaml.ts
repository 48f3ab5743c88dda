/** YAML as people and programs get it from the plugin. */
import { stringify } from 'yaml';

/**
 * Quoted for YAML 1.1 as well, as the generated files are: kubectl and many others take a bare `Off`, `on` or `1e3` for something else than
 * text. Loaded when it is needed: most answers are tables.
 */
export function yamlOf(data: unknown): string {
  return stringify(data, { lineWidth: 0, aliasDuplicateObjects: false, schema: 'yaml-1.1' });
}
