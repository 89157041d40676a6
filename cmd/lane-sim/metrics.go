package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// metrics are the simulator's part of /metrics.
type metrics struct {
	render, lag                prometheus.Histogram
	published, failed, damaged prometheus.Counter
	late, departures           prometheus.Counter
}

func newMetrics(m daemon.Metrics, r *report, slots int, in func() shm.ReaderStats) *metrics {
	frames := func(outcome string) prometheus.Counter {
		return m.Counter("frames_total", "Frames of the drive, by what became of them.", "outcome", outcome)
	}
	m.CounterFunc("attachments_total", "Segments of commands attached to; all but the first are re-attachments.",
		func() uint64 { return in().Attaches })
	m.GaugeFunc("frames_per_second", "Rate of the frames published, over the last second.",
		func() float64 { return r.newest.Load().FPS })
	m.GaugeFunc("slots", "Frames that the segment holds.", func() float64 { return float64(slots) })
	return &metrics{
		render:    m.Histogram("render_seconds", "Drawing a frame into shared memory.", daemon.WorkBuckets()),
		lag:       m.Histogram("lag_seconds", "How late a step of the drive began; in lock-step none is.", daemon.WorkBuckets()),
		published: frames("published"), failed: frames("failed"),
		damaged:    m.Counter("commands_damaged_total", "Commands that could not be read."),
		late:       m.Counter("late_frames_total", "Frames shown more than a period after the one before was due."),
		departures: m.Counter("departures_total", "Times that the vehicle left its lane."),
	}
}

func seconds(ns int64) float64 { return float64(ns) / 1e9 }
