// The CRDs ServiceMonitor and PrometheusRule: the chart's tests install the real ones.
module esxi-sriov-operator/test/tools/prometheusoperator

go 1.26.0

require github.com/prometheus-operator/prometheus-operator v0.85.0
