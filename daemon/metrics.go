package daemon

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics registers what a part of the product counts and measures, under names that begin lanekeeper_<part>_. Names are in
// base units and end with the unit (https://prometheus.io/docs/practices/naming). What they return is safe to use from a
// frame loop: it waits for nothing and allocates nothing. A func is called by whoever asks for /metrics.
type Metrics struct {
	part     string
	registry *prometheus.Registry
}

// Part is where a daemon's own metrics are registered.
func (d *Daemon[C]) Part(name string) Metrics { return Metrics{part: name, registry: d.Metrics} }

// Histogram counts durations, in seconds; see AgeBuckets, WorkBuckets and CopyBuckets.
func (m Metrics) Histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: m.name(name), Help: help, Buckets: buckets})
	m.registry.MustRegister(h)
	return h
}

// Counter counts from 0. A label and its value may follow; the same name with another value is another counter.
func (m Metrics) Counter(name, help string, label ...string) prometheus.Counter {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: m.name(name), Help: help, ConstLabels: labels(label)})
	m.registry.MustRegister(c)
	return c
}

// CounterFunc is a counter that is counted elsewhere.
func (m Metrics) CounterFunc(name, help string, count func() uint64, label ...string) {
	o := prometheus.CounterOpts{Name: m.name(name), Help: help, ConstLabels: labels(label)}
	m.registry.MustRegister(prometheus.NewCounterFunc(o, func() float64 { return float64(count()) }))
}

// GaugeFunc is a value that is looked up when somebody asks.
func (m Metrics) GaugeFunc(name, help string, value func() float64, label ...string) {
	o := prometheus.GaugeOpts{Name: m.name(name), Help: help, ConstLabels: labels(label)}
	m.registry.MustRegister(prometheus.NewGaugeFunc(o, value))
}

// labels is a label and its value, or none.
func labels(label []string) prometheus.Labels {
	if len(label) != 2 {
		return nil
	}
	return prometheus.Labels{label[0]: label[1]}
}

func (m Metrics) name(name string) string {
	if m.part == "" {
		return Product + "_" + name
	}
	return Product + "_" + m.part + "_" + name
}

// AgeBuckets are for times since capture. They are close where the safety gate's limits are, at 80, 100 and 150 ms.
func AgeBuckets() []float64 {
	return []float64{0.001, 0.002, 0.003, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.5, 1}
}

// WorkBuckets are for what takes milliseconds: from 0.1 ms to 0.4 s.
func WorkBuckets() []float64 { return prometheus.ExponentialBuckets(0.0001, 2, 13) }

// CopyBuckets are for what takes microseconds: from 1 µs to 16 ms.
func CopyBuckets() []float64 { return prometheus.ExponentialBuckets(0.000001, 2, 15) }

// Flag is a gauge's value for what is so or not.
func Flag(set bool) float64 {
	if set {
		return 1
	}
	return 0
}

// newMetrics is a registry with what can be said of any daemon.
func newMetrics(name, version string, log *Logger, notify *Notifier) *prometheus.Registry {
	r := prometheus.NewRegistry()
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: Product + "_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"daemon": name, "version": version},
	}, func() float64 { return 1 })
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), build)
	m := Metrics{registry: r}
	m.CounterFunc("log_dropped_total", "Log entries lost because nobody took them in time.", log.Dropped)
	m.CounterFunc("notify_deferred_total", "Times that systemd's socket had no room for a message; a later call sends it.", notify.Deferred)
	return r
}
