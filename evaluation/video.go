package evaluation

import (
	"fmt"

	"lanekeeper/score"
)

// VideoResult is how steadily lines are found in a video: with each frame alone, and with the frames before.
type VideoResult struct {
	Video      string           `json:"video"`
	Width      int              `json:"width"`
	Height     int              `json:"height"`
	Single     score.Steadiness `json:"single"`
	Sequence   score.Steadiness `json:"sequence"`
	SingleMs   Times            `json:"single_ms"`
	SequenceMs Times            `json:"sequence_ms"`
}

// VideoLine is one number of a video, without and with the frames before.
type VideoLine struct {
	Name             string
	Single, Sequence string
}

// Lines are the numbers of a video, named.
func (r *VideoResult) Lines() []VideoLine {
	a, b := &r.Single, &r.Sequence
	line := func(name string, single, sequence int) VideoLine {
		return VideoLine{name, fmt.Sprint(single), fmt.Sprint(sequence)}
	}
	return []VideoLine{
		line("frames with it", a.Present, b.Present),
		line("gaps of one or two frames", a.Gaps, b.Gaps),
		line("flashes of one or two frames", a.Flashes, b.Flashes),
		line("jumps for one or two frames and back", a.Jumps, b.Jumps),
		{"ms a frame, p50", ms(r.SingleMs.P50), ms(r.SequenceMs.P50)},
		{"ms a frame, p99", ms(r.SingleMs.P99), ms(r.SequenceMs.P99)},
	}
}
