package detect

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestWords holds what is done to eight pixels at once to what is done to each by itself, for rows of all lengths.
func TestWords(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	row := func(n, most int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rnd.IntN(most + 1))
			if rnd.IntN(8) == 0 {
				b[i] = byte(most) // where the spare bit matters
			}
		}
		return b
	}
	for n := range 70 {
		acc, mid, a, b := row(n, 127), row(n, 127), row(n, 127), row(n, 127)
		want := bytes.Clone(acc)
		for i := range want {
			want[i] = max(want[i], contrast(mid[i], a[i], b[i]))
		}
		if raise(acc, mid, a, b); !bytes.Equal(acc, want) {
			t.Fatalf("raise over %d pixels: %v, want %v", n, acc, want)
		}
		for i := range want {
			want[i] *= 2
		}
		if double(acc); !bytes.Equal(acc, want) {
			t.Fatalf("double of %d pixels: %v, want %v", n, acc, want)
		}
	}
	for v := range 256 {
		for w := range 256 {
			if got := byte(mean(uint64(v)*ones, uint64(w)*ones)); got != byte((v+w)/2) || middle(byte(v), byte(w)) != got {
				t.Fatalf("the mean of %d and %d is %d", v, w, got)
			}
		}
	}
}

// at is a pixel of a picture, beyond the border that of the border.
func at(b []byte, w, h, x, y int) int { return int(b[min(max(y, 0), h-1)*w+min(max(x, 0), w-1)]) }

func TestBlur(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, size := range [][2]int{{1, 1}, {3, 9}, {8, 3}, {31, 5}, {224, 4}} {
		w, h := size[0], size[1]
		src, dst := make([]byte, w*h), make([]byte, w*h)
		for i := range src {
			src[i] = byte(rnd.IntN(256))
		}
		blur(dst, src, w, h, make([]byte, w+2))
		for y := range h {
			for x := range w {
				sum := 0
				for dy := -1; dy <= 1; dy++ {
					for dx := -1; dx <= 1; dx++ {
						sum += at(src, w, h, x+dx, y+dy) * (2 - dx*dx) * (2 - dy*dy)
					}
				}
				// Each of four means rounds down by a half at most, before it is halved.
				if got := float64(dst[y*w+x]); got > float64(sum)/32 || got < float64(sum)/32-1.5 {
					t.Fatalf("%d×%d at (%d, %d): %v, want %v or a little less", w, h, x, y, got, float64(sum)/32)
				}
			}
		}
	}
}

func TestBinarize(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, size := range [][2]int{{1, 4}, {7, 5}, {8, 8}, {45, 20}} {
		w, h, top := size[0], size[1], size[1]/4
		response, mask, tmp := make([]byte, w*h), make([]byte, w*h), make([]byte, w*h)
		for i := range response {
			response[i] = byte(rnd.IntN(128)) &^ 1
		}
		for _, thr := range []int{0, 7, 100, 254} {
			binarize(mask, tmp, response, make([]byte, w+2), w, h, top, thr)
			above := func(x, y int) bool {
				return x >= 0 && x < w && y >= top && y < h && int(response[y*w+x]) > thr
			}
			wide := func(x, y int) bool { // one of 3×3; what is beyond the picture does not take away
				if x < 0 || x >= w || y < top || y >= h {
					return true
				}
				for d := range 9 {
					if above(x+d%3-1, y+d/3-1) {
						return true
					}
				}
				return false
			}
			for i := range mask {
				x, y := i%w, i/w
				want := byte(1)
				for d := range 9 {
					if y < top || !wide(x+d%3-1, y+d/3-1) {
						want = 0
					}
				}
				if mask[i] != want {
					t.Fatalf("%d×%d, threshold %d at (%d, %d): %d, want %d", w, h, thr, x, y, mask[i], want)
				}
			}
		}
	}
}
