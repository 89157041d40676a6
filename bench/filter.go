package bench

import (
	"fmt"
	"slices"
	"strings"

	"lanekeeper/shm"
)

// Filter chooses cells. An empty list chooses all.
type Filter struct {
	Figures  []Figure
	Waits    []shm.Wait
	Payloads []int // bytes
	Readers  []int
}

// FilterWords describes what ParseFilter understands.
const FilterWords = "notification delivery write, spin futex adaptive, 88 800x600x3 1920x1080x3, r1 r2 r8"

// ParseFilter reads words with commas between: words of one kind are alternatives, words of different kinds must all hold.
// "write,futex,adaptive,r8" is the writer's cost with eight readers that sleep or poll.
func ParseFilter(words string) (Filter, error) {
	var f Filter
	for w := range strings.SplitSeq(words, ",") {
		if w = strings.TrimSpace(w); w != "" && !f.add(w) {
			return Filter{}, fmt.Errorf("choosing what to measure: %q is none of %s", w, FilterWords)
		}
	}
	return f, nil
}

func (f *Filter) add(word string) bool {
	if slices.Contains(figures(), Figure(word)) {
		f.Figures = append(f.Figures, Figure(word))
		return true
	}
	if w, err := shm.ParseWait(word); err == nil {
		f.Waits = append(f.Waits, w)
		return true
	}
	for _, p := range payloads() {
		if p.name == word {
			f.Payloads = append(f.Payloads, p.bytes)
			return true
		}
	}
	for _, c := range cells() {
		if fmt.Sprintf("r%d", c.Readers) == word {
			f.Readers = append(f.Readers, c.Readers)
			return true
		}
	}
	return false
}

func (f Filter) has(c Cell) bool {
	return among(f.Figures, c.Figure) && among(f.Waits, c.Wait) && among(f.Payloads, c.PayloadBytes) && among(f.Readers, c.Readers)
}

func among[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }
