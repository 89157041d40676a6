package sim

// walk is a straight row of samples through a level of a texture, in 16.16 texels of the full size.
type walk struct {
	level  []uint8
	shift  uint // to this level's texels
	mask   uint32
	width  uint // bits of a row
	x, y   uint32
	dx, dy uint32
}

// at is the sample of pixel i.
func (w *walk) at(i int) uint8 {
	x, y := w.x+uint32(i)*w.dx, w.y+uint32(i)*w.dy
	return w.level[(y>>w.shift&w.mask)<<w.width|x>>w.shift&w.mask]
}

// fill draws pixels from…to of a row in a material.
func (w *walk) fill(row []pixel, light []uint16, from, to int, colours *ramp) {
	x, y := w.x+uint32(from)*w.dx, w.y+uint32(from)*w.dy
	level, shift, mask, width := w.level, w.shift&31, w.mask, w.width&31
	dx, dy := w.dx, w.dy
	row = row[from:to]
	light = light[from:to]
	for i := range row {
		t := level[(y>>shift&mask)<<width|x>>shift&mask]
		row[i] = colours[uint32(t)*uint32(light[i])>>8&511]
		x += dx
		y += dy
	}
}
