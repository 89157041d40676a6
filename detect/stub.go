package detect

import "math"

// stubber finds lines along the picture's sides, which cut a part of their width off all the way: the ridge filter needs
// both sides of a line and sees nothing there.
type stubber struct {
	bright, yellow []byte // planes, of which yellow may be missing
	thr            int
	ridge          *ridge
	w, h           int
}

const (
	minStub    = 0.08 // of the height: rows of a stub at least
	stubTop    = 0.6  // of the height: it lies below
	stubClear  = 1.2  // times the threshold of a whole line's response: one side alone says less
	stubHalf   = 0.3  // of the widest line's width: half a line, to guess the middle of one that is cut
	stubApart  = 0.1  // of the height: from the near end of a line that is seen whole
	maxStubHop = 3    // px between the lengths of two rows
)

// stubs adds to the strips those along the sides.
func (s *stripper) stubs(b *stubber) {
	for _, right := range []bool{false, true} {
		from, last := len(s.spots), 0
		for y := b.h - 1; y >= int(stubTop*float64(b.h)); y-- {
			n, mean := b.run(y, right)
			if n == 0 || last > 0 && max(n-last, last-n) > maxStubHop {
				from = s.endStub(from, b.h)
			}
			if last = n; n == 0 {
				continue
			}
			x := float64(n) - 0.5 - max(stubHalf*b.ridge.width(y), float64(n)/2)
			if right {
				x = float64(b.w) - 1 - x
			}
			s.spots = append(s.spots, spot{x, float64(y), float64(n), mean})
		}
		s.endStub(from, b.h)
	}
}

// endStub makes a strip of the spots since from, if they are enough, and returns where the next one begins.
func (s *stripper) endStub(from, h int) int {
	spots := s.spots[from:len(s.spots):len(s.spots)]
	if float64(len(spots)) >= minStub*float64(h) {
		st := strip{spots: spots, begin: spots[0].y}
		if !s.leaves(&st, h) && st.measure(s) {
			s.strips = append(s.strips, st)
			return len(s.spots)
		}
	}
	s.spots = s.spots[:from]
	return from
}

// leaves says whether a stub is where a line that was traced leaves the picture: its course is known better.
func (s *stripper) leaves(stub *strip, h int) bool {
	end := &stub.spots[len(stub.spots)-1]
	for i := range s.strips {
		line := s.strips[i].spots
		if len(line) > len(stub.spots) && math.Hypot(line[0].x-end.x, line[0].y-end.y) < stubApart*float64(h) {
			return true
		}
	}
	return false
}

// run is the length of the bright stretch at an end of row y and its mean contrast against what lies farther in; 0 when it
// is none or too long for a line.
func (b *stubber) run(y int, right bool) (int, float64) {
	n, mean := b.runIn(b.bright, y, right)
	if b.yellow != nil {
		if m, v := b.runIn(b.yellow, y, right); m > n {
			return m, v
		}
	}
	return n, mean
}

func (b *stubber) runIn(plane []byte, y int, right bool) (int, float64) {
	row := plane[y*b.w:][:b.w]
	at, step := 0, 1
	if right {
		at, step = b.w-1, -1
	}
	most, far := int(b.ridge.width(y))+1, b.ridge.reach[y]+1
	n, sum := 0, 0
	for ; n <= most && n+far < b.w/2; n++ {
		c := int(row[at]) - int(row[at+step*far])
		if float64(c) <= stubClear*float64(b.thr) {
			break
		}
		sum += c
		at += step
	}
	if n == 0 || n > most {
		return 0, 0
	}
	return n, float64(sum) / float64(n)
}
