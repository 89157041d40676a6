package detect

import (
	"errors"
	"fmt"
	"math"
)

// leastSpread is by how much a network's answers must differ over the picture of the self-test, in logits. One whose weights
// were lost, or an operator dropped, answers alike everywhere.
const leastSpread = 0.01

// selfTest runs the network on a drawn road: what comes out must have the shape, be numbers, and differ from place to place.
func (n *network) selfTest() error {
	n.drawRoad()
	if err := n.run(); err != nil {
		return err
	}
	least, most := math.Inf(1), math.Inf(-1)
	for i, v := range n.logits {
		v := float64(v)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("its output %q is %v at (%d, %d): damaged, or made for another precision", n.model.Output, v, i%n.w, i/n.w)
		}
		least, most = min(least, v), max(most, v)
	}
	if most-least < leastSpread {
		return errors.New("its output is the same everywhere, on a picture with two lines: OpenCV computes it wrongly, or it was not trained")
	}
	return nil
}

// drawRoad draws two bright lines that meet at the horizon, on grey ground under a brighter sky.
func (n *network) drawRoad() {
	w, h := n.sampler.w, n.sampler.h
	for y := range h {
		r, g, b := n.sampler.channels(y)
		depth := float64(y)/float64(h)*2 - 1 // 0 at the horizon, 1 at the bottom
		for x := range w {
			v := byte(200)
			if depth > 0 {
				v = 80
				if aside := math.Abs(float64(x)/float64(w) - 0.5); math.Abs(aside-0.4*depth) < 0.02*depth {
					v = 230
				}
			}
			r[x], g[x], b[x] = v, v, v
		}
	}
}
