package detect

// chroma is where a frame's colour differences lie: one pair for each two pixels of a row.
type chroma struct {
	pix    []byte
	stride int
	step   int // bytes from pair to pair
	u, v   int // places in a pair
	last   int // pair of a row
	halved int // 1: one row for each two of the frame
}

// row is the pairs beside row y of the frame.
func (c *chroma) row(y int32) []byte { return c.pix[int(y)>>c.halved*c.stride:][:c.stride] }

// yuv samples luma, step bytes from pixel to pixel, and chroma, and makes red, green and blue of them after ITU-R BT.601 at
// full range, see the reducer's.
func (s *sampler) yuv(pix []byte, stride, step int, c *chroma) {
	for y, row := range s.rows {
		a, b := pix[int(row.a)*stride:][:s.srcW*step], pix[int(row.b)*stride:][:s.srcW*step]
		ca, cb := c.row(row.a), c.row(row.b)
		pr, pg, pb := s.channels(y)
		for x, col := range s.cols {
			i, j := int(col.a)*step, int(col.b)*step
			luma := mix(a[i], a[j], b[i], b[j], col.share, row.share)
			i, j = min(int(col.a)/2, c.last)*c.step, min(int(col.b)/2, c.last)*c.step
			u, v := int32(0), int32(0)
			if last := max(i, j) + max(c.u, c.v); last < len(ca) && last < len(cb) {
				u = mix(ca[i+c.u], ca[j+c.u], cb[i+c.u], cb[j+c.u], col.share, row.share) - 128
				v = mix(ca[i+c.v], ca[j+c.v], cb[i+c.v], cb[j+c.v], col.share, row.share) - 128
			}
			pr[x] = limit(luma<<8 + 359*v)
			pg[x] = limit(luma<<8 - 88*u - 183*v)
			pb[x] = limit(luma<<8 + 454*u)
		}
	}
}

// limit makes a byte of a value in 1/256.
func limit(v int32) byte { return byte(min(max(v+128, 0)>>8, 255)) }
