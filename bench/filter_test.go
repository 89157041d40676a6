package bench

import (
	"reflect"
	"testing"

	"lanekeeper/shm"
)

func TestParseFilter(t *testing.T) {
	for _, c := range []struct {
		words string
		want  Filter
		cells int
		err   string
	}{
		{words: "", cells: 81},
		{words: "delivery", want: Filter{Figures: []Figure{Delivery}}, cells: 27},
		{words: "write,futex, adaptive ,r8,88", want: Filter{
			Figures: []Figure{Write}, Waits: []shm.Wait{shm.Futex, shm.Adaptive}, Payloads: []int{88}, Readers: []int{8},
		}, cells: 2},
		{words: "800x600x3,1920x1080x3,r1,r2,spin", want: Filter{
			Waits: []shm.Wait{shm.Spin}, Payloads: []int{1440000, 6220800}, Readers: []int{1, 2},
		}, cells: 12},
		{words: "spin,r3", err: `choosing what to measure: "r3" is none of ` + FilterWords},
	} {
		got, err := ParseFilter(c.words)
		if text := errorText(err); text != c.err {
			t.Errorf("%q: error %q, want %q", c.words, text, c.err)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v, want %+v", c.words, got, c.want)
		}
		n := 0
		for _, cell := range cells() {
			if got.has(cell) {
				n++
			}
		}
		if err == nil && n != c.cells {
			t.Errorf("%q chooses %d cells, want %d", c.words, n, c.cells)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
