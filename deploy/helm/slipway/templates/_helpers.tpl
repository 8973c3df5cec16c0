{{- define "slipway.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end -}}
{{- end }}

{{- define "slipway.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "slipway.labels" -}}
{{ include "slipway.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "slipway.settings" -}}
{{- $serve := dict "host" "0.0.0.0" "port" 8000 -}}
{{- $auth := dict "mode" .Values.auth.mode -}}
{{- if .Values.auth.keysSecret }}{{ $_ := set $auth "keys-file" "/etc/slipway-keys/slipway.keys" }}{{ end -}}
{{- mergeOverwrite (deepCopy .Values.settings) (dict "serve" $serve "auth" $auth) | toYaml -}}
{{- end }}
