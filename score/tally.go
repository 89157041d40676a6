package score

// Tally counts how the claims of a set of frames compare with the lines that were drawn in them. The zero value is ready.
type Tally struct {
	Reliability Reliability // of the claims; a ghost is no hit

	frames, missing     int
	hits, wrong, missed int
	bare, ghosts        int // sides without a true line, and of them those that were claimed
	rows, within        int
	compared            int     // rows that both lines cover
	distance            float64 // summed over these, px at a width of 640
}

// Add counts a frame. nil claims are those of a frame that is missing: nothing could be looked for in it.
func (t *Tally) Add(f *Frame, claims *Claims) (judged [2]Judgement) {
	t.frames++
	if claims == nil {
		t.missing++
	}
	for side, truth := range f.Ego() {
		j := t.side(f, truth, claims.line(Side(side)))
		if j.Verdict.Claimed() {
			t.Reliability.Add(claims[side].Confidence, j.Verdict == Hit)
		}
		judged[side] = j
	}
	return judged
}

// side counts one side of a frame; truth is nil where no line is there.
func (t *Tally) side(f *Frame, truth, claimed Line) Judgement {
	if truth == nil {
		t.bare++
		if len(claimed) == 0 {
			return Judgement{Verdict: Nothing}
		}
		t.ghosts++
		return Judgement{Verdict: Ghost}
	}
	j := t.compare(f, truth, claimed)
	t.rows += j.Rows
	t.within += j.Within
	switch j.Verdict {
	case Hit:
		t.hits++
	case Wrong:
		t.wrong++
	default:
		t.missed++
	}
	return j
}

// compare goes through the rows of a true line.
func (t *Tally) compare(f *Frame, truth, claimed Line) Judgement {
	j := Judgement{Verdict: Missed}
	found := claimed.Near()
	compared, distance := 0, 0.0
	for row := rowsFrom(f.Height); row < f.Height; row += rowStep {
		y := float64(row)
		x, ok := truth.At(y)
		if !ok {
			continue
		}
		j.Rows++
		q, ok := found.At(y)
		if !ok {
			continue
		}
		d := across(q-x, truth.slope(y, float64(f.Height)), f.Width)
		compared++
		distance += d
		t.distance += d
		if d <= tolerance {
			j.Within++
		}
	}
	t.compared += compared
	if len(claimed) == 0 {
		return j
	}
	j.MeanPx = distance / float64(max(compared, 1))
	j.Verdict = Wrong
	if float64(j.Within) >= enough*float64(j.Rows) {
		j.Verdict = Hit
	}
	return j
}

// Numbers are what a Tally sums up to, rounded as they are printed: four decimal places, ghosts three, distances two. They go
// over sides of the lane, two a frame.
type Numbers struct {
	Frames    int     `json:"frames"`
	Missing   int     `json:"missing"`   // frames that could not be looked at; their lines count as missed
	Sides     int     `json:"sides"`     // with a true line
	Precision float64 `json:"precision"` // share of the claimed lines that are hits
	Recall    float64 `json:"recall"`    // share of the true lines that were hit
	F1        float64 `json:"f1"`        // harmonic mean of the two
	Acc       float64 `json:"acc"`       // share of the true lines' rows that were found within the tolerance
	Ghosts    float64 `json:"ghosts"`    // share of the sides without a line on which one is claimed
	MaePx     float64 `json:"mae_px"`    // mean distance across the line, px at a width of 640, of rows that both cover
}

// Numbers sums up. A share of nothing is 0.
func (t *Tally) Numbers() Numbers {
	sides := t.hits + t.wrong + t.missed
	precision, recall := share(t.hits, t.hits+t.wrong+t.ghosts), share(t.hits, sides)
	f1 := 0.0
	if precision+recall > 0 {
		f1 = 2 * precision * recall / (precision + recall)
	}
	return Numbers{
		Frames: t.frames, Missing: t.missing, Sides: sides,
		Precision: places(precision, 4), Recall: places(recall, 4), F1: places(f1, 4),
		Acc: places(share(t.within, t.rows), 4), Ghosts: places(share(t.ghosts, t.bare), 3),
		MaePx: places(t.distance/float64(max(t.compared, 1)), 2),
	}
}
