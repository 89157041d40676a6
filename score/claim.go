package score

import "fmt"

// Claim is a line that a detector says bounds the vehicle's lane, on one side. No points is no claim.
type Claim struct {
	Points       Line
	Extrapolated []bool // of each point: not seen; nil when all were
	Confidence   float64
}

// Check says what no detector should claim.
func (c *Claim) Check() error {
	if !c.Points.finite() {
		return fmt.Errorf("a line with a point that is not a number of at most %g", maxCoordinate)
	}
	if !(c.Confidence >= 0 && c.Confidence <= 1) {
		return fmt.Errorf("a line with confidence %v: 0 to 1 expected", c.Confidence)
	}
	return nil
}

// seen is the stretches between points that were seen, each as a line of its own.
func (c *Claim) seen() []Line {
	var all []Line
	var run Line
	flush := func() {
		if len(run) >= 2 {
			all = append(all, run)
		}
		run = nil
	}
	for i, p := range c.Points {
		if i < len(c.Extrapolated) && c.Extrapolated[i] {
			flush()
			continue
		}
		run = append(run, p)
	}
	flush()
	return all
}

// Claims are a frame's two lines, nil or without points where a side has none.
type Claims [2]*Claim

// line is the points that are claimed for a side.
func (c *Claims) line(s Side) Line {
	if c == nil || c[s] == nil {
		return nil
	}
	return c[s].Points
}
