package score

import (
	"strings"
	"testing"
)

// TestSteadiness takes the left line of each frame from a letter: a dot is none, a the usual place, b and c others more than
// 8 % of the width apart, d one that is nearer to a than that.
func TestSteadiness(t *testing.T) {
	place := map[rune]float64{'a': 100, 'b': 200, 'c': 300, 'd': 140}
	for _, k := range []struct {
		frames string
		want   Steadiness
	}{
		{"", Steadiness{}},
		{"aaaa", Steadiness{Frames: 4, Present: 4}},
		{"....", Steadiness{Frames: 4}},
		{"aa.aaa..a", Steadiness{Frames: 9, Present: 6, Gaps: 2, Absent: 3}},
		{"aa...aa", Steadiness{Frames: 7, Present: 4}},
		{".aaaa.", Steadiness{Frames: 6, Present: 4}},
		{"..a..aa..", Steadiness{Frames: 9, Present: 3, Gaps: 1, Absent: 2, Flashes: 2, Stray: 3}},
		{"a...a", Steadiness{Frames: 5, Present: 2}}, // at the ends nobody knows
		{"aabaa", Steadiness{Frames: 5, Present: 5, Jumps: 1, Stray: 1}},
		{"aabbaa", Steadiness{Frames: 6, Present: 6, Jumps: 1, Stray: 2}},
		{"aabcaa", Steadiness{Frames: 6, Present: 6, Jumps: 1, Stray: 2}},
		{"aabbbaa", Steadiness{Frames: 7, Present: 7}},
		{"aabbbb", Steadiness{Frames: 6, Present: 6}},
		{"abababa", Steadiness{Frames: 7, Present: 7, Jumps: 3, Stray: 3}},
		{"aadaad", Steadiness{Frames: 6, Present: 6}},
		{"ab.a", Steadiness{Frames: 4, Present: 3, Gaps: 1, Absent: 1}},
	} {
		var s Sequence
		for _, letter := range k.frames {
			var c Claims
			if x, ok := place[letter]; ok {
				c[Left] = &Claim{Points: straight(x)}
			}
			s.Add(&c)
		}
		got := s.Steadiness(640)
		if strings.Trim(k.frames, ".") == "" { // the right side is absent in all
			k.want.Frames = len(k.frames)
		}
		if got != k.want {
			t.Errorf("%q: %+v, want %+v", k.frames, got, k.want)
		}
	}
}

func TestApart(t *testing.T) {
	if d := apart(straight(10), Line{{20, 400}, {40, 300}}); d < 19.9 || d > 20.1 {
		t.Errorf("%v px, want 20", d)
	}
	if d := apart(straight(10), Line{{10, 100}, {10, 50}}); !(d > 1e9) {
		t.Errorf("%v px without a common row", d)
	}
}
