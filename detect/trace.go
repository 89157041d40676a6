package detect

// run is an unbroken stretch of mask pixels in a row.
type run struct {
	y, x0, x1 int32 // x0…x1−1
	up        int32 // the run above that continues this one, or −1
	over      int32 // how many runs above touch it
	under     int32 // how many runs below touch it
	below     int32 // one of these, or −1
	striped   bool  // one of many equal runs side by side: part of a zebra crossing
}

func (r *run) length() int32 { return r.x1 - r.x0 }

// middle is the x coordinate of the run's centre.
func (r *run) middle() float64 { return float64(r.x0+r.x1-1) / 2 }

// tracer finds the runs of a mask and joins them upwards. A run continues into the one above when neither touches any
// other and their lengths are alike, so that forks, crossings and blobs end a strip rather than bend it. The middle of
// a run lies on the middle of a straight slanted line exactly; no thinning is needed.
type tracer struct {
	runs   []run
	starts []int32 // for each row, where its runs begin; one more at the end. Rows run from the bottom up.
}

// maxLengthJump is the most that a run may be longer than the next of the same strip.
const maxLengthJump = 2.2

func (t *tracer) trace(mask []byte, w, h, top int) {
	t.runs, t.starts = t.runs[:0], t.starts[:0]
	for y := h - 1; y >= top; y-- {
		t.starts = append(t.starts, int32(len(t.runs)))
		row := mask[y*w:][:w]
		for x := 0; x < w; x++ {
			if row[x] == 0 {
				continue
			}
			x0 := x
			for x < w && row[x] != 0 {
				x++
			}
			t.runs = append(t.runs, run{y: int32(y), x0: int32(x0), x1: int32(x), up: -1, below: -1})
		}
	}
	t.starts = append(t.starts, int32(len(t.runs)))
	for i := 0; i+2 < len(t.starts); i++ {
		t.touch(int(t.starts[i]), int(t.starts[i+1]), int(t.starts[i+2]))
	}
	for i := range t.runs {
		r := &t.runs[i]
		if r.over != 1 {
			r.up = -1
			continue
		}
		a := &t.runs[r.up]
		if a.under != 1 || jump(r, a) {
			r.up = -1
		} else {
			a.below = int32(i)
		}
	}
}

// touch counts, between the runs lo…mid of a row and mid…hi of the row above, which touch each other, corners
// included.
func (t *tracer) touch(lo, mid, hi int) {
	i, j := lo, mid
	for i < mid && j < hi {
		r, a := &t.runs[i], &t.runs[j]
		if r.x0 <= a.x1 && a.x0 <= r.x1 {
			r.over++
			r.up = int32(j)
			a.under++
		}
		if r.x1 < a.x1 {
			i++
		} else {
			j++
		}
	}
}

// jump says whether two runs differ too much in length to be of one strip. Short ones differ by rounding.
func jump(a, b *run) bool {
	s, l := float64(a.length()), float64(b.length())
	if s > l {
		s, l = l, s
	}
	return l > maxLengthJump*s+3
}
