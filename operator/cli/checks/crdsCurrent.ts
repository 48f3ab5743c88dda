/**
 * Whether the CRDs in the cluster are those of this plugin: Helm and people forget to upgrade them, and the API server then drops fields
 * without a word. Compared with the OpenAPI document that every user of the cluster may read.
 */
import { GROUP, VERSION } from '../../api/group.ts';
import { RESOURCES } from '../../kube/cluster.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { readSchemas, type Schema } from '../validate/schema.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

interface OpenApi {
  readonly components?: { readonly schemas?: Readonly<Record<string, ServedSchema>> };
}

type ServedSchema = Schema & {
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group: string; readonly kind: string }[];
};

const SHOWN = 3;

export async function checkCrdsCurrent({ client, signal }: KubeAccess): Promise<readonly Finding[]> {
  const path = `/openapi/v3/apis/${GROUP}/${VERSION}`;
  const document = await openApi(async () => await client.request<OpenApi>({ method: 'GET', path, signal }));
  // Whether the kinds are there at all is another check.
  if (document === undefined) return [];
  if (document === 'forbidden')
    return [warning('crds-current', 'you may not see which fields the CRDs have', 'ask for get on /openapi/v3')];
  const { components } = document;
  const served = Object.values(components?.schemas ?? {});
  const ours = await readSchemas();
  return Object.values(RESOURCES).map(({ kind, plural }) => {
    const there = served.find((schema) =>
      schema['x-kubernetes-group-version-kind']?.some((one) => one.group === GROUP && one.kind === kind),
    );
    return compareFields(plural, fieldsOf(there ?? {}), fieldsOf(ours.get(`${kind}/${VERSION}`) ?? {}));
  });
}

async function openApi(read: () => Promise<OpenApi>): Promise<OpenApi | 'forbidden' | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isKubeError(error, 404)) return undefined;
    if (isKubeError(error, 403)) return 'forbidden';
    throw error;
  }
}

/** Pure. */
export function compareFields(plural: string, served: ReadonlySet<string>, ours: ReadonlySet<string>): Finding {
  const lacking = [...ours].filter((field) => !served.has(field));
  const more = [...served].filter((field) => !ours.has(field));
  if (lacking.length > 0) {
    const what = `the CRD of ${plural} is not that of this plugin: it lacks ${some(lacking)}`;
    return failed('crds-current', what, 'upgrade the CRDs with the operator (docs/install.md, Upgrade), or use the plugin of its version');
  }
  if (more.length === 0) return ok('crds-current', `the CRD of ${plural} has the fields of this plugin`);
  return warning('crds-current', `the CRD of ${plural} has fields that this plugin does not know: ${some(more)}`, 'upgrade the plugin');
}

/** Paths of all fields below spec and status; those of the object itself are the same for all kinds. Pure. */
export function fieldsOf(schema: Schema): ReadonlySet<string> {
  const { spec = {}, status = {} } = schema.properties ?? {};
  return new Set([...below(spec, 'spec'), ...below(status, 'status')]);
}

function below(schema: Schema, path: string): readonly string[] {
  const inside = typeof schema.additionalProperties === 'object' ? below(schema.additionalProperties, `${path}.*`) : [];
  const items = schema.items === undefined ? [] : below(schema.items, `${path}[]`);
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const own = `${path}.${name}`;
    return [own, ...below(field, own)];
  });
  return [...properties, ...items, ...inside];
}

function some(fields: readonly string[]): string {
  const shown = fields.slice(0, SHOWN).join(', ');
  return fields.length > SHOWN ? `${shown} and ${fields.length - SHOWN} more` : shown;
}
