package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"lanekeeper/msg"
)

// reporter writes findings, one line a frame: a table for people, or JSON.
type reporter struct {
	out    *bufio.Writer
	json   *json.Encoder // nil: a table
	headed bool
}

func newReporter(w io.Writer, asJSON bool) reporter {
	r := reporter{out: bufio.NewWriter(w)}
	if asJSON {
		r.json = json.NewEncoder(r.out)
	}
	return r
}

// foundFrame is a frame's line of JSON.
type foundFrame struct {
	File         string     `json:"file"`
	Frame        *int       `json:"frame,omitempty"` // of a video, from 0
	Width        int32      `json:"width"`
	Height       int32      `json:"height"`
	Left         *foundLine `json:"left"`
	Right        *foundLine `json:"right"`
	ProcessingMs float64    `json:"processing_ms"`
}

// foundLine is a lane line in foundFrame: points in pixels, from near to far.
type foundLine struct {
	Points     [][2]float64 `json:"points"`
	Confidence float64      `json:"confidence"`
}

// frame reports the lanes of one frame. frame is its index in a video, or −1 for an image.
func (r *reporter) frame(file string, frame int, d *msg.Detection) error {
	if r.json != nil {
		f := foundFrame{
			File: file, Width: d.Width, Height: d.Height, ProcessingMs: round(d.ProcessingTimeMs, 1000),
			Left: found(d.HasLeftLane, &d.Left), Right: found(d.HasRightLane, &d.Right),
		}
		if frame >= 0 {
			f.Frame = &frame
		}
		if err := r.json.Encode(&f); err != nil {
			return fmt.Errorf("writing the findings: %w", err)
		}
		return r.flush()
	}
	if !r.headed {
		r.headed = true
		fmt.Fprintf(r.out, "%5s %5s %9s %9s %7s  %s\n", "left", "right", "offset", "heading", "ms", "file")
	}
	name := file
	if frame >= 0 {
		name = fmt.Sprintf("%s #%d", file, frame)
	}
	unit := "m"
	if d.Flags&msg.DetectionUncalibrated != 0 {
		unit = "lane"
	}
	fmt.Fprintf(r.out, "%5s %5s %9s %9s %7.2f  %s\n", confidence(d.HasLeftLane, d.LeftLane), confidence(d.HasRightLane, d.RightLane),
		quantity(d.OffsetM, "%+.2f "+unit), quantity(d.HeadingRad*180/math.Pi, "%+.1f°"), d.ProcessingTimeMs, name)
	return r.flush()
}

func (r *reporter) flush() error { return r.out.Flush() }

func found(has int32, l *msg.Line) *foundLine {
	if has == 0 {
		return nil
	}
	f := &foundLine{Confidence: round(l.Confidence, 1000), Points: make([][2]float64, 0, l.Count)}
	for _, p := range l.Points[:l.Count] {
		f.Points = append(f.Points, [2]float64{round(float64(p.X), 100), round(float64(p.Y), 100)})
	}
	return f
}

func confidence(has int32, l msg.Lane) string {
	if has == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", l.Confidence)
}

func quantity(v float64, format string) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf(format, v)
}

// round keeps so many parts of a unit: 100 for two decimal places.
func round(v, parts float64) float64 { return math.Round(v*parts) / parts }
