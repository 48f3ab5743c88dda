{{- /* Parts of pods. */ -}}

{{- /* One argument for each flag of operator/config.ts but --kubeconfig: in a pod the service account is used. A test compares. */ -}}
{{- define "operator.args" -}}
{{- $config := .Values.config -}}
- --namespaces={{ join "," .Values.watchNamespaces }}
- --lease-namespace={{ .Release.Namespace }}
- --leader-election={{ $config.leaderElection }}
- --health-port={{ int $config.healthPort }}
- --log-format={{ $config.logFormat }}
- --log-level={{ $config.logLevel }}
- --workers={{ int $config.workers }}
- --recheck-seconds={{ int $config.recheckSeconds }}
- --restart-poll-seconds={{ int $config.restartPollSeconds }}
- --blocked-poll-seconds={{ int $config.blockedPollSeconds }}
- --max-unavailable-hosts={{ int $config.maxUnavailableHosts }}
- --grace-seconds={{ int $config.graceSeconds }}
{{- range .Values.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{- /* Takes (list $ path times). */ -}}
{{- define "operator.probe" -}}
httpGet:
  path: {{ index . 1 }}
  port: {{ include "operator.metricsPortName" (index . 0) }}
{{ toYaml (index . 2) }}
{{- end -}}

{{- define "operator.podSecurityContext" -}}
securityContext:
  runAsNonRoot: true
  {{- with .Values.podSecurity.runAsUser }}
  runAsUser: {{ int . }}
  {{- end }}
  {{- with .Values.podSecurity.runAsGroup }}
  runAsGroup: {{ int . }}
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "operator.containerSecurityContext" -}}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- define "operator.placement" -}}
{{- with .Values.nodeSelector -}}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- include "operator.affinity" . }}
{{- if .Values.topologySpread.enabled }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: {{ .Values.topologySpread.topologyKey }}
    whenUnsatisfiable: {{ .Values.topologySpread.whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "operator.selectorLabels" . | nindent 8 }}
{{- end }}
{{- end -}}

{{- define "operator.affinity" -}}
{{- $given := dict }}
{{- range $name, $rule := .Values.affinity }}
{{- if $rule }}{{ $_ := set $given $name $rule }}{{ end }}
{{- end }}
{{- if and (not $given.podAntiAffinity) (ne .Values.antiAffinity "None") }}
{{- $_ := set $given "podAntiAffinity" (include "operator.antiAffinity" . | fromYaml) }}
{{- end }}
{{- with $given }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "operator.antiAffinity" -}}
{{- if eq .Values.antiAffinity "Required" -}}
requiredDuringSchedulingIgnoredDuringExecution:
  - topologyKey: kubernetes.io/hostname
    labelSelector:
      matchLabels:
        {{- include "operator.selectorLabels" . | nindent 8 }}
{{- else -}}
preferredDuringSchedulingIgnoredDuringExecution:
  - weight: 100
    podAffinityTerm:
      topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- include "operator.selectorLabels" . | nindent 10 }}
{{- end -}}
{{- end -}}
