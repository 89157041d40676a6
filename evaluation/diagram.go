package evaluation

import (
	"fmt"

	"lanekeeper/score"
)

// diagram is a reliability diagram as a picture of plot×plot units, with room for the axes around it: for each bin of
// confidence how often the claims in it were right, beside the diagonal on which the two are equal.
type diagram struct {
	Plot float64
	Bars []bar
}

// bar is one bin that has claims. y counts downwards.
type bar struct {
	X, Y, Width, Height float64
	DotX, DotY          float64 // at the bin's mean confidence, on the diagonal
	Faint               bool    // too few claims to say much
	Count               int
	Title               string
}

const (
	plot = 200.0
	few  = 10 // claims: fewer make a bar faint
)

func newDiagram(bins []score.Bin) diagram {
	d := diagram{Plot: plot}
	for _, b := range bins {
		if b.Count == 0 {
			continue
		}
		d.Bars = append(d.Bars, bar{
			X: b.From*plot + 1, Y: (1 - b.HitShare) * plot, Width: (b.To-b.From)*plot - 2, Height: b.HitShare * plot,
			DotX: b.Confidence * plot, DotY: (1 - b.Confidence) * plot, Faint: b.Count < few, Count: b.Count,
			Title: fmt.Sprintf("%d claims of confidence %.1f to %.1f, %.2f on average: %.0f %% are hits",
				b.Count, b.From, b.To, b.Confidence, 100*b.HitShare),
		})
	}
	return d
}
