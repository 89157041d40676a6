package detect

// A zebra crossing is a row of stripes, each a perfect lane line. What gives it away is that there are many, equal and
// close.
const (
	zebraStripes  = 4   // at least so many side by side
	zebraMaxGap   = 2.5 // between two of them, in stripe lengths
	zebraMaxRatio = 2.0 // between the lengths of two
)

// markZebra marks the runs that are stripes of a crossing.
func (t *tracer) markZebra() {
	for i := 0; i+1 < len(t.starts); i++ {
		row := t.runs[t.starts[i]:t.starts[i+1]]
		first := 0
		for j := 1; j <= len(row); j++ {
			if j < len(row) && alike(&row[j-1], &row[j]) {
				continue
			}
			if j-first >= zebraStripes {
				for k := first; k < j; k++ {
					row[k].striped = true
				}
			}
			first = j
		}
	}
}

// alike says whether b, the next run to the right of a in its row, may be the next stripe.
func alike(a, b *run) bool {
	la, lb := float64(a.length()), float64(b.length())
	gap := float64(b.x0 - a.x1)
	return gap <= zebraMaxGap*min(la, lb) && max(la, lb) <= zebraMaxRatio*min(la, lb)+1
}
