/** JSON schemas for kubeconform, made from what an API server publishes: its own kinds and those of the CRDs installed in it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Schema = Readonly<Record<string, unknown>>;

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const KINDS = 'x-kubernetes-group-version-kind';
/** What kubeconform fills in; see `fileOf`. */
const TEMPLATE = '{{.Group}}_{{.ResourceKind}}_{{.ResourceAPIVersion}}.json';

/**
 * Writes one closed schema for each kind of the OpenAPI v2 document: a field that the API does not know is an error, as with
 * `kubectl --validate=strict`. Resolves with kubeconform's `-schema-location`.
 */
export async function writeOfflineSchemas(openApi: object, folder: string): Promise<string> {
  const { definitions } = openApi as { readonly definitions: Readonly<Record<string, Schema>> };
  await mkdir(folder, { recursive: true });
  for (const definition of Object.values(definitions)) {
    const [only, ...others] = (definition[KINDS] as readonly GroupVersionKind[] | undefined) ?? [];
    // Several: DeleteOptions and the like, which are no manifests.
    if (only === undefined || others.length > 0) continue;
    await writeFile(join(folder, fileOf(only)), JSON.stringify(closed(definition, { definitions, inside: [] })));
  }
  return join(folder, TEMPLATE);
}

/** kubeconform takes what stands before the slash of apiVersion for the group, which is the version where there is no slash. */
function fileOf({ group, version, kind }: GroupVersionKind): string {
  return `${group || version}_${kind.toLowerCase()}_${version}.json`;
}

interface Context {
  readonly definitions: Readonly<Record<string, Schema>>;
  /** References that are being resolved: JSONSchemaProps contains itself. */
  readonly inside: readonly string[];
}

function closed(schema: Schema, context: Context): Schema {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = reference.replace('#/definitions/', '');
    const target = context.definitions[name];
    if (target === undefined || context.inside.includes(name)) return {};
    return closed(target, { ...context, inside: [...context.inside, name] });
  }
  if (schema['format'] === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) return { type: ['string', 'integer'] };
  const { format: _, ...rest } = schema;
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('x-')));
  for (const key of ['items', 'additionalProperties']) {
    const inner = schema[key];
    if (typeof inner === 'object' && inner !== null) result[key] = closed(inner as Schema, context);
  }
  const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
  if (properties === undefined) return result;
  result['properties'] = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, closed(value, context)]));
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['additionalProperties'] !== undefined;
  return open ? result : { ...result, additionalProperties: false };
}
