package main

import (
	"context"
	"fmt"

	"gocv.io/x/gocv"

	"lanekeeper/detect"
	"lanekeeper/evaluation"
	"lanekeeper/msg"
	"lanekeeper/score"
)

// lookedAt is a set and what was found in its pictures, by their paths.
type lookedAt struct {
	set   *evaluation.Set
	found map[string]*msg.Detection
}

// set evaluates the detector on a set.
func (j *evalJob) set(ctx context.Context, set *evaluation.Set) (*evaluation.SetResult, error) {
	l := &lookedAt{set: set, found: map[string]*msg.Detection{}}
	j.detector.Reset()
	n := 0
	r, err := evaluation.Run(ctx, set, func(path string) (evaluation.Finding, error) {
		m, err := readImage(path)
		if err != nil {
			return evaluation.Finding{}, err
		}
		defer m.Close()
		if !j.sequence {
			j.detector.Reset()
		}
		var d msg.Detection
		if err := detectIn(j.detector, &m, int64(n), frameNs(n, defaultFPS), &d); err != nil {
			return evaluation.Finding{}, err
		}
		n++
		l.found[path] = &d
		return finding(&d), nil
	})
	if err != nil {
		return nil, err
	}
	if j.seen == nil {
		j.seen = map[*evaluation.SetResult]*lookedAt{}
	}
	j.seen[r] = l
	return r, nil
}

// finding is a detection as evaluation takes it: with the numbers that lanectl detect --json prints, so that both can be scored
// alike.
func finding(d *msg.Detection) evaluation.Finding {
	return evaluation.Finding{
		Width: int(d.Width), Height: int(d.Height), Ms: round(d.ProcessingTimeMs, 1000),
		Claims: score.Claims{claim(d.HasLeftLane, &d.Left), claim(d.HasRightLane, &d.Right)},
	}
}

func claim(has int32, l *msg.Line) *score.Claim {
	f := found(has, l)
	if f == nil {
		return nil
	}
	c := &score.Claim{Points: f.Points, Confidence: f.Confidence, Extrapolated: make([]bool, len(f.Points))}
	for i := range c.Extrapolated {
		c.Extrapolated[i] = l.Extrapolated>>i&1 != 0
	}
	return c
}

// video tells how steadily lines are found in a video: by the detector with each frame alone, and by another one that goes on
// from frame to frame, both on the same frames.
func (j *evalJob) video(ctx context.Context, path string) (*evaluation.VideoResult, error) {
	if !isVideoName(path) {
		if m, err := readImage(path); err == nil {
			_ = m.Close()
			return nil, fmt.Errorf("%s: a picture alone; a folder of them with labels, or a video, expected", path)
		}
	}
	tracking, err := j.open()
	if err != nil {
		return nil, err
	}
	defer tracking.Close()
	r := &evaluation.VideoResult{Video: path}
	var lines [2]score.Sequence
	var ms [2][]float64
	err = eachFrame(ctx, path, func(m *gocv.Mat, frame int, fps float64) error {
		r.Width, r.Height = m.Cols(), m.Rows()
		j.detector.Reset()
		for i, detector := range []detect.Detector{j.detector, tracking} {
			var d msg.Detection
			if err := detectIn(detector, m, int64(frame), frameNs(frame, fps), &d); err != nil {
				return fmt.Errorf("%s, frame %d: %w", path, frame, err)
			}
			f := finding(&d)
			for _, c := range f.Claims {
				if c != nil {
					if err := c.Check(); err != nil {
						return fmt.Errorf("%s, frame %d: %w", path, frame, err)
					}
				}
			}
			lines[i].Add(&f.Claims)
			ms[i] = append(ms[i], f.Ms)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Single, r.Sequence = lines[0].Steadiness(r.Width), lines[1].Steadiness(r.Width)
	r.SingleMs, r.SequenceMs = evaluation.TimesOf(ms[0]), evaluation.TimesOf(ms[1])
	return r, nil
}
