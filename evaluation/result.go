package evaluation

import (
	"fmt"

	"lanekeeper/score"
)

// SetResult is how good a detector is on a set.
type SetResult struct {
	Set         string              `json:"set"`
	Kind        Kind                `json:"kind"`
	Score       *score.Numbers      `json:"score,omitempty"` // for Labels
	Paint       *score.PaintNumbers `json:"paint,omitempty"` // for Masks
	Calibration score.Calibration   `json:"calibration"`
	TimeMs      Times               `json:"time_ms"`
	Results     []Result            `json:"results"` // one a picture, in the set's order
}

// Failed is how many pictures could not be looked at.
func (r *SetResult) Failed() int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Error != "" {
			n++
		}
	}
	return n
}

// Result is what came out for a picture. It has the keys of a line of lanectl detect --json, and more.
type Result struct {
	File         string  `json:"file"`
	Width        int     `json:"width"`
	Height       int     `json:"height"`
	Left         Side    `json:"left"`
	Right        Side    `json:"right"`
	ProcessingMs float64 `json:"processing_ms"`
	Error        string  `json:"error,omitempty"` // why it could not be looked at
}

// Side is what came out for one side of the lane.
type Side struct {
	Verdict    score.Verdict `json:"verdict"`
	Confidence float64       `json:"confidence"` // of the line that is claimed; 0 without
	Rows       int           `json:"rows"`       // that count for the verdict: those of the true line, or, against masks, of the claimed one
	Within     int           `json:"within"`     // of these, rows in which the claimed line is near enough
	MaePx      float64       `json:"mae_px"`     // mean distance in the rows that have both, px at a width of 640
	Points     score.Line    `json:"points"`     // of the line that is claimed
}

// side puts a judgement beside what it is about.
func side(j score.Judgement, c *score.Claim) Side {
	s := Side{Verdict: j.Verdict, Rows: j.Rows, Within: j.Within, MaePx: micro(j.MeanPx), Points: score.Line{}}
	if c != nil && len(c.Points) > 0 {
		s.Confidence, s.Points = c.Confidence, c.Points
	}
	return s
}

// Words says a side's verdict in words; kind is that of the set.
func (s *Side) Words(kind Kind) string {
	truth := "the drawn line"
	if kind == Masks {
		truth = "paint"
	}
	switch s.Verdict {
	case score.Hit:
		return fmt.Sprintf("hit, with confidence %.2f: within 16 px of %s in %d of %d rows", s.Confidence, truth, s.Within, s.Rows)
	case score.Wrong:
		if s.MaePx == 0 && s.Within == 0 {
			return fmt.Sprintf("wrong, with confidence %.2f: in no row beside %s", s.Confidence, truth)
		}
		return fmt.Sprintf("wrong, with confidence %.2f: within 16 px of %s in %d of %d rows, %.0f px off on average",
			s.Confidence, truth, s.Within, s.Rows, s.MaePx)
	case score.Missed:
		return fmt.Sprintf("missed: a line of %d rows is drawn, none was claimed", s.Rows)
	case score.Ghost:
		return fmt.Sprintf("ghost, with confidence %.2f: no line is drawn on this side", s.Confidence)
	case score.Unjudged:
		return fmt.Sprintf("not judged, with confidence %.2f: nothing of it was seen in the lower half", s.Confidence)
	}
	return "nothing, and none was claimed"
}
