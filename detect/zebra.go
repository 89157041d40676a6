package detect

// A zebra crossing is a row of stripes, each a perfect lane line. What gives it away is that there are many, equal and
// at equal distances that are no lane's width.
const (
	zebraStripes  = 4   // at least so many side by side
	zebraMaxPitch = 3.2 // from one to the next, in widths of the widest line in that row
	zebraUneven   = 1.5 // between one such distance and the next, and between their lengths
)

// span is a stretch of a row of the picture, px; empty when to ≤ from.
type span struct{ from, to int32 }

// markZebra marks the runs that are stripes of a crossing, and those where a search for wider lines found crossings: it
// is nil when there is none. crossings has a span for each row of the picture and is written anew.
func (t *tracer) markZebra(rg *ridge, crossings, wider []span) {
	clear(crossings)
	for i := 0; i+1 < len(t.starts); i++ {
		row := t.runs[t.starts[i]:t.starts[i+1]]
		if len(row) == 0 {
			continue
		}
		y := row[0].y
		most := zebraMaxPitch * rg.width(int(y))
		first := 0
		for j := 1; j <= len(row); j++ {
			if j < len(row) && row[j].middle()-row[j-1].middle() <= most && alike(row[first:j+1]) {
				continue
			}
			if j-first >= zebraStripes {
				pitch := (row[j-1].x0 - row[first].x0) / int32(j-first-1)
				crossings[y] = span{row[first].x0 - pitch, row[j-1].x1 + pitch}
				for k := first; k < j; k++ {
					row[k].striped = true
				}
			}
			first = max(first+1, j-1)
		}
		if wider != nil {
			for k := range row {
				row[k].striped = row[k].striped || row[k].x0 >= wider[y].from && row[k].x1 <= wider[y].to
			}
		}
	}
}

// alike says whether the last run fits those before it as the next stripe.
func alike(row []run) bool {
	n := len(row)
	a, b := &row[n-2], &row[n-1]
	if !near(float64(a.length()), float64(b.length())) {
		return false
	}
	return n < 3 || near(a.middle()-row[n-3].middle(), b.middle()-a.middle())
}

// near says whether two lengths are about equal; short ones differ by rounding.
func near(a, b float64) bool { return max(a, b) <= zebraUneven*min(a, b)+2 }

// minCrossed is the rows of a crossing that hide a line.
const minCrossed = 4

// crossed says whether a crossing lies below a row.
func crossed(crossings []span, row float64) bool {
	n := 0
	for _, s := range crossings[int(row):] {
		if s.to > s.from {
			n++
		}
	}
	return n >= minCrossed
}
