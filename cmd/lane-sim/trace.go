package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"

	"lanekeeper/sim"
)

// traceHead names the columns of a trace.
const traceHead = "frame_id,time_s,x_m,y_m,heading_rad,course_m,progress_m,offset_m,heading_error_rad,speed_mps," +
	"steering,throttle,brake,departure\n"

// trace is a file with a line of truth for each frame. A nil trace takes everything and keeps nothing.
type trace struct {
	file *os.File
	w    *bufio.Writer
}

func newTrace(path string) (*trace, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("creating the trace: %w", err)
	}
	t := &trace{file: f, w: bufio.NewWriterSize(f, 1<<16)}
	_, err = t.w.WriteString(traceHead)
	return t, err
}

func (t *trace) add(frameID int64, p sim.Pose, truth sim.Truth, d drive) error {
	if t == nil {
		return nil
	}
	_, err := fmt.Fprintf(t.w, "%d,%.6f,%.4f,%.4f,%.5f,%.3f,%.3f,%.4f,%.5f,%.3f,%.4f,%.4f,%.4f,%s\n",
		frameID, truth.TimeS, p.XM, p.YM, p.HeadingRad, truth.CourseM, truth.ProgressM, truth.OffsetM, truth.HeadingRad, truth.SpeedMps,
		d.steering, d.throttle, d.brake, truth.Departure)
	if err != nil {
		return fmt.Errorf("writing the trace: %w", err)
	}
	return nil
}

func (t *trace) close() error {
	if t == nil {
		return nil
	}
	return errors.Join(t.w.Flush(), t.file.Close())
}
