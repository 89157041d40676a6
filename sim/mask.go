package sim

import "fmt"

// Mask fills dst, one byte a pixel, rows stride apart, with 255 where at least half of the pixel is lane marking in the
// picture last drawn, and 0 elsewhere. Worn paint counts as if it were fresh.
func (w *World) Mask(dst []byte, stride int) error {
	r := w.seen()
	width, height := r.lens.WidthPx, r.lens.HeightPx
	if stride < width || len(dst) < stride*(height-1)+width {
		return fmt.Errorf("masking %d×%d px: %d bytes with a stride of %d do not hold it", width, height, len(dst), stride)
	}
	c := r.paints[0].coverage // empty between pictures
	for i := range w.scenario.Lane.Markings {
		r.mark(c, &w.scenario.Lane.Markings[i])
	}
	for y := range height {
		row := dst[y*stride:][:width]
		clear(row)
		lo, hi := c.resolve(y)
		if !r.lens.rows[y].seen {
			continue
		}
		for x := lo; x < hi; x++ {
			if c.alpha[x] >= 128 {
				row[x] = 255
			}
		}
	}
	return nil
}
