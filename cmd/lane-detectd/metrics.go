package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// metrics are the detection's part of /metrics.
type metrics struct {
	take, find, publish, latency prometheus.Histogram
	network, networkAge          prometheus.Histogram
	evaluated, damaged           prometheus.Counter
}

// frames_total has a counter for each outcome.
const (
	framesName = "frames_total"
	framesHelp = "Frames published to this daemon, by what became of them."
)

func newMetrics(m daemon.Metrics, r *report) *metrics {
	m.GaugeFunc("frames_per_second", "Rate of the frames evaluated, over the last second.",
		func() float64 { return r.newest.Load().FPS })
	m.GaugeFunc("slots", "Detections that the segment holds.", func() float64 { return float64(r.cfg.Slots) })
	return &metrics{
		take:    m.Histogram("take_seconds", "Taking what is needed out of a frame in shared memory.", daemon.WorkBuckets()),
		find:    m.Histogram("find_seconds", "Finding the lanes in what was taken.", daemon.WorkBuckets()),
		publish: m.Histogram("publish_seconds", "Writing the detection to shared memory.", daemon.CopyBuckets()),
		latency: m.Histogram("latency_seconds", "From the capture of a frame to the publishing of its detection.", daemon.AgeBuckets()),
		network: m.Histogram("network_seconds", "Computing the network beside the classical detector, to its lines.", daemon.WorkBuckets()),
		networkAge: m.Histogram("network_age_seconds", "From the frame that the network saw last to the present one, where that counts.",
			daemon.AgeBuckets()),
		evaluated: m.Counter(framesName, framesHelp, "outcome", "evaluated"),
		damaged:   m.Counter(framesName, framesHelp, "outcome", "damaged"),
	}
}

// measureReader adds what the reader counts. It is asked when somebody looks.
func measureReader(m daemon.Metrics, in func() shm.ReaderStats) {
	m.CounterFunc(framesName, framesHelp, func() uint64 { return in().Overrun }, "outcome", "overrun")
	m.CounterFunc(framesName, framesHelp, func() uint64 { s := in(); return s.Skipped + s.Before }, "outcome", "skipped")
	m.CounterFunc("frames_copied_total", "Frames that were copied before they were looked at, after overruns.",
		func() uint64 { return in().Copied })
	m.CounterFunc("attachments_total", "Segments of frames attached to; all but the first are re-attachments.",
		func() uint64 { return in().Attaches })
}

// moments are when the stages of a frame were over, on CLOCK_MONOTONIC.
type moments struct{ beganNs, tookNs, foundNs, publishedNs int64 }

// frame measures a frame whose detection was published.
func (m *metrics) frame(captureNs int64, at moments) {
	m.take.Observe(seconds(at.tookNs - at.beganNs))
	m.find.Observe(seconds(at.foundNs - at.tookNs))
	m.publish.Observe(seconds(at.publishedNs - at.foundNs))
	m.latency.Observe(seconds(at.publishedNs - captureNs))
	m.evaluated.Inc()
}

func seconds(ns int64) float64 { return float64(ns) / 1e9 }
