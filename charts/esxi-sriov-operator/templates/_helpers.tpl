{{- /* Names, labels and checks that several templates use. */ -}}

{{- define "operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- /* At most 52 characters, so that what is added stays below 63. */ -}}
{{- define "operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains (include "operator.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "operator.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "operator.labels" -}}
{{ include "operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "operator.fullname" . -}}
{{- else -}}
{{- fail "serviceAccount.name is empty and serviceAccount.create is false: name the service account that the operator shall use, or let the chart create one" -}}
{{- end -}}
{{- end -}}

{{- define "operator.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "operator.metricsPortName" -}}http-metrics{{- end -}}

{{- /* "true" where an object of the Prometheus operator shall be rendered; fails or is empty as monitoring.whenMissing says. Takes (list $ kind). */ -}}
{{- define "operator.rendersMonitoring" -}}
{{- $root := index . 0 -}}
{{- $kind := index . 1 -}}
{{- $mode := $root.Values.monitoring.whenMissing -}}
{{- if or (eq $mode "Render") ($root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" $kind)) -}}
true
{{- else if eq $mode "Fail" -}}
{{- fail (printf "the cluster has no kind %s (monitoring.coreos.com/v1): install the Prometheus operator, or set monitoring.whenMissing to Skip or Render" $kind) -}}
{{- end -}}
{{- end -}}
