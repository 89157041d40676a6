package main

import (
	"time"

	"go.uber.org/zap"

	"lanekeeper/daemon"
	"lanekeeper/detect"
	"lanekeeper/meter"
	"lanekeeper/msg"
)

// idNetwork is that the network beside the classical detector can no longer be computed.
const idNetwork daemon.MessageID = "05b0fcdf2fff47a4853e8f064e217c3f"

// networkReport tells people how the network beside the classical detector does.
type networkReport struct {
	log  *zap.Logger
	took *meter.Meter // a forward pass and what is made of it
	age  *meter.Meter // what the network saw last, frame by frame

	answers uint64 // as last seen
	failed  bool   // and that was said
}

// networkStatus is its part of /status.
type networkStatus struct {
	FPS      float64 `json:"fps"`
	FramesHz float64 `json:"frames_per_second"` // in which its view was young enough to count
	P50Ms    float64 `json:"p50_ms"`
	P99Ms    float64 `json:"p99_ms"`
	AgeP50Ms float64 `json:"age_p50_ms"` // of what counts in a frame
	AgeP99Ms float64 `json:"age_p99_ms"`
	Failed   string  `json:"failed,omitempty"` // why it is no longer asked
}

func newNetworkReport(log *zap.Logger) networkReport {
	return networkReport{log: log, took: meter.New(), age: meter.New()}
}

// frame is called after each frame, which ended at nowNs.
func (r *networkReport) frame(s detect.NetworkState, det *msg.Detection, nowNs int64, m *metrics) {
	if s.Answers != r.answers {
		r.answers = s.Answers
		r.took.Observe(nowNs, s.Took.Nanoseconds())
		m.network.Observe(s.Took.Seconds())
	}
	if det.NetworkAgeMs != msg.NoNetwork {
		age := time.Duration(det.NetworkAgeMs) * time.Millisecond
		r.age.Observe(nowNs, age.Nanoseconds())
		m.networkAge.Observe(age.Seconds())
	}
	if s.Err != nil && !r.failed {
		r.failed = true
		r.log.Warn("the network failed: lanes are found without it until the daemon starts again", idNetwork.Field(),
			zap.Error(s.Err), zap.Int64("frame_id", det.FrameID))
	}
}

// status is nil for a method that has no network beside it.
func (r *networkReport) status(s *detect.NetworkState, nowNs int64) *networkStatus {
	if s == nil {
		return nil
	}
	took, age := r.took.Read(nowNs), r.age.Read(nowNs)
	st := &networkStatus{
		FPS: took.RateHz, FramesHz: age.RateHz, P50Ms: ms(took.P50Ns), P99Ms: ms(took.P99Ns), AgeP50Ms: ms(age.P50Ns), AgeP99Ms: ms(age.P99Ns),
	}
	if s.Err != nil {
		st.Failed = s.Err.Error()
	}
	return st
}
