{{- define "dajia.labels" -}}
app.kubernetes.io/name: dajia
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}
{{- define "dajia.name" -}}
{{ printf "%s-%s" .root.Release.Name .role | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- /* name=value, as DAJIA_KAFKA_PROPERTIES takes them; no secret among them */}}
{{- define "dajia.kafkaProperties" -}}
{{- $given := dict "security.protocol" .root.Values.kafka.protocol }}
{{- if hasPrefix "SASL" .root.Values.kafka.protocol }}
{{- $_ := set $given "sasl.mechanism" .root.Values.kafka.mechanism }}
{{- $_ := set $given "sasl.username" (printf "%s-%s" .root.Values.prefix .role) }}
{{- end }}
{{- if hasSuffix "SSL" .root.Values.kafka.protocol }}
{{- $_ := set $given "ssl.ca.location" (printf "/etc/dajia/kafka-ca/%s" .root.Values.kafka.caKey) }}
{{- end }}
{{- merge (deepCopy .root.Values.kafka.properties) $given | toJson }}
{{- end }}
