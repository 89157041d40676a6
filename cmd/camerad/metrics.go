package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"lanekeeper/daemon"
)

// metrics are the camera's part of /metrics.
type metrics struct {
	latency   prometheus.Histogram
	published prometheus.Counter
	damaged   prometheus.Counter
	lost      prometheus.Counter // by the driver, or passed over for a newer one
	failed    prometheus.Counter
	openings  prometheus.Counter
	counted   uint64 // of those lost
}

func newMetrics(m daemon.Metrics, r *report) *metrics {
	frames := func(outcome string) prometheus.Counter {
		return m.Counter("frames_total", "Frames of the source, by what became of them.", "outcome", outcome)
	}
	m.GaugeFunc("frames_per_second", "Rate of the frames published, over the last second.",
		func() float64 { return r.newest.Load().FPS })
	m.GaugeFunc("slots", "Frames that the segment holds; 0 while there is none.", func() float64 { return float64(r.slots.Load()) })
	m.GaugeFunc("open", "1 while the source is open.", func() float64 { return daemon.Flag(r.open.Load()) })
	return &metrics{
		latency:   m.Histogram("latency_seconds", "From the capture of a frame to its publishing.", daemon.AgeBuckets()),
		published: frames("published"), damaged: frames("damaged"), lost: frames("lost"), failed: frames("failed"),
		openings: m.Counter("openings_total", "Times that the source was opened; all but the first are reopenings."),
	}
}

// frame measures a frame just published; lost is the count of frames that its source lost until now.
func (m *metrics) frame(nowNs, captureNs int64, lost uint64) {
	m.latency.Observe(float64(nowNs-captureNs) / 1e9)
	m.published.Inc()
	if lost > m.counted {
		m.lost.Add(float64(lost - m.counted))
		m.counted = lost
	}
}
