/** Who may import whom. The first layer that a file fits is its layer; a file that fits none is a violation. */
import { type Import, importsOf, packageOf, type SourceFile } from './sourceFiles.ts';

interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** Our files that may be loaded. A layer may always import itself. */
  readonly values: readonly RegExp[];
  /** Our files whose types may be imported, beside those in `values`. */
  readonly types: readonly RegExp[];
}

const API = /^operator\/api\/(?!schema\/|crd\/)/;
const PORTS = /^operator\/ports\//;
const TLS = /^operator\/tls\//;
const LOG = /^operator\/engine\/log\.ts$/;
const METRIC_LISTS = /^operator\/(engine|controllers)\/metricDefinitions\.ts$/;
const ENGINE_METRICS = /^operator\/engine\/metrics\.ts$/;
const ENGINE_TRACING = /^operator\/engine\/tracing\.ts$/;
const ENGINE_TYPES = /^operator\/engine\/types\.ts$/;
const CONTROLLER = /^operator\/controllers\/[^/]+\/controller(\.ts$|\/)/;
const EFFECTS = /^operator\/controllers\/[^/]+\/(observe|act)(\.ts$|\/)/;
const TABLE_OF_CONTENTS = /^operator\/controllers\/controllers\.ts$/;
const PURE = /^operator\/controllers\/(?!controllers\.ts$)(?![^/]+\/(observe|act|controller)(\.ts$|\/))/;
/** What a look shows, as types. */
const OBSERVATION = /^operator\/controllers\/sriovHost\/(adapters|observation)\.ts$/;
/** For `kubectl sriov plan --direct`, `fit` and `replay`: the look and the planner of the host controller, never what acts. */
const DIRECT_PLAN =
  /^operator\/(controllers\/(fact|sriovHost\/(observe(\/\w+)?|plan|memory|status|recordedCase|readCase|compareDecisions))|(esxi|redfish|vsphere)\/connector)\.ts$/;

const LAYERS: readonly Layer[] = [
  // The schemas need zod, which is not in the image: only the generator may load them. The dashboard is made of the lists of metrics.
  { name: 'api/crd', files: /^operator\/api\/crd\//, values: [/^operator\/api\//, METRIC_LISTS], types: [] },
  { name: 'api/schema', files: /^operator\/api\/schema\//, values: [API], types: [] },
  { name: 'api', files: /^operator\/api\//, values: [API], types: [/^operator\/api\/schema\//, PORTS] },
  { name: 'ports', files: PORTS, values: [], types: [API] },
  { name: 'engine', files: /^operator\/engine\//, values: [], types: [] },
  { name: 'esxi', files: /^operator\/esxi\//, values: [PORTS], types: [] },
  { name: 'tls', files: TLS, values: [PORTS], types: [] },
  { name: 'vsphere', files: /^operator\/vsphere\//, values: [PORTS, TLS], types: [] },
  { name: 'download', files: /^operator\/download\//, values: [PORTS], types: [] },
  { name: 'redfish', files: /^operator\/redfish\//, values: [PORTS, TLS], types: [] },
  { name: 'kube', files: /^operator\/kube\//, values: [API, PORTS], types: [LOG] },
  { name: 'metrics', files: /^operator\/metrics\//, values: [API], types: [ENGINE_METRICS, ENGINE_TRACING] },
  { name: 'controllers: table of contents', files: TABLE_OF_CONTENTS, values: [API, PORTS, CONTROLLER, ENGINE_TYPES], types: [LOG] },
  { name: 'controllers: controller', files: CONTROLLER, values: [API, PORTS, PURE, EFFECTS, ENGINE_TYPES], types: [LOG] },
  { name: 'controllers: observe and act', files: EFFECTS, values: [API, PORTS, PURE], types: [LOG] },
  { name: 'controllers: pure', files: PURE, values: [API], types: [PORTS, EFFECTS, ENGINE_TYPES] },
  { name: 'cli', files: /^operator\/cli\//, values: [API, PORTS, /^operator\/kube\//, DIRECT_PLAN], types: [LOG, OBSERVATION] },
  { name: 'main', files: /^operator\/[^/]+\.ts$/, values: [/^operator\/(?!api\/(schema|crd)\/)/], types: [] },
];

/** Packages and the only places that may load them. A package that is not here is not for the operator. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  '@kubernetes/client-node': /^operator\/kube\//,
  ssh2: /^operator\/esxi\//,
  'node-vsphere-soap': /^operator\/vsphere\//,
  soap: /^operator\/vsphere\//,
  'fast-xml-parser': /^operator\/(vsphere|esxi)\//,
  winston: /^operator\/engine\/log\.ts$/,
  'prom-client': /^operator\/engine\/metrics\.ts$/,
  '@opentelemetry/api': /^operator\/engine\/openTelemetry\.ts$/,
  '@opentelemetry/exporter-trace-otlp-http': /^operator\/engine\/openTelemetry\.ts$/,
  '@opentelemetry/resources': /^operator\/engine\/openTelemetry\.ts$/,
  '@opentelemetry/sdk-trace': /^operator\/engine\/openTelemetry\.ts$/,
  zod: /^operator\/api\/schema\//,
  yaml: /^operator\/(api\/crd|cli|kube)\//,
};

/** Types cost nothing at run time, so `api/types.ts` may infer from zod. */
const TYPES_OF_PACKAGES: Readonly<Record<string, RegExp>> = { zod: /^operator\/api\// };

/** Pure layers compute; of Node they may use what only computes. */
const PURE_LAYERS: ReadonlySet<string> = new Set(['api', 'api/schema', 'ports', 'controllers: pure']);
const PURE_MODULES: ReadonlySet<string> = new Set(['node:crypto', 'node:util']);

export function importViolations(file: SourceFile): readonly string[] {
  const layer = layerOf(file.path);
  if (layer === undefined) return [`${file.path} is in no layer of the import table`];
  return importsOf(file).flatMap((one) =>
    allowed(file, layer, one) ? [] : [`${file.path} (${layer.name}) must not import ${one.target}`],
  );
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.find((candidate) => candidate.files.test(path));
}

function allowed(file: SourceFile, layer: Layer, { target, typeOnly }: Import): boolean {
  if (target.startsWith('node:')) return !PURE_LAYERS.has(layer.name) || PURE_MODULES.has(target);
  const name = packageOf(target);
  if (name !== undefined)
    return PACKAGES[name]?.test(file.path) === true || (typeOnly && TYPES_OF_PACKAGES[name]?.test(file.path) === true);
  if (layerOf(target) === layer) return true;
  return [...layer.values, ...(typeOnly ? layer.types : [])].some((place) => place.test(target));
}
