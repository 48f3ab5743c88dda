/** A CRD as a template of a chart: Helm never upgrades what is in its folder crds/. Pure. */
import { stringify } from 'yaml';
import type { Crd } from '../crd.ts';

export interface CrdTemplate {
  readonly crd: Crd;
  readonly header: string;
  /** Name of the template with the labels. */
  readonly labels: string;
  /** Values of the chart: whether the CRD stays at helm uninstall, and whether it is there at all; left out, always. */
  readonly keep: string;
  readonly enabled?: string;
}

export function crdTemplate({ crd, header, labels, keep, enabled }: CrdTemplate): string {
  const { metadata, spec } = crd;
  const body = stringify(spec, { lineWidth: 0, aliasDuplicateObjects: false, schema: 'yaml-1.1' }).trimEnd().split('\n');
  const [before, after] = enabled === undefined ? ['', ''] : [`{{- if ${enabled} }}\n`, '{{- end }}\n'];
  return `{{- /* ${header} */ -}}
${before}apiVersion: ${crd.apiVersion}
kind: ${crd.kind}
metadata:
  name: ${metadata.name}
  labels:
    {{- include "${labels}" . | nindent 4 }}
  {{- if ${keep} }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
spec:
${body.map(escaped).join('\n')}
${after}`;
}

/** A description with braces would be run as a template. */
function escaped(line: string): string {
  return `  ${line.replaceAll('{{', '{{ "{{" }}')}`;
}
