package detect

// The planes of the picture from luma and chroma, after ITU-R BT.601 at full range:
//
//	R = Y + 1.402 V, G = Y − 0.344 U − 0.714 V, B = Y + 1.772 U
//	(R+G)/2 = Y − 0.172 U + 0.344 V, (R+G)/2 − B = −1.944 U + 0.344 V
//
// in 1/256 and with U and V about 0. Cameras that use the narrow range give 14 % less contrast, which the detector's
// relative threshold absorbs.
const (
	brightU, brightV = -44, 88
	yellowU, yellowV = -498, 88
)

// put stores one pixel of the picture from sums over its four samples, chroma offset by 4·128.
func (p *picture) put(i, y4, u4, v4 int) {
	u4, v4 = u4-4*128, v4-4*128
	p.bright[i] = byte(min(max(y4*256+brightU*u4+brightV*v4, 0)>>10, 255))
	p.yellow[i] = byte(min(max(yellowU*u4+yellowV*v4, 0)>>10, 255))
}

// yuyv reduces Y0 U Y1 V for each two pixels of a row. The last pixel of an odd width has no V of its own and takes
// the one before.
func (r *reducer) yuyv(pix []byte, stride int) {
	lastPair := max(r.srcW/2-1, 0)
	for y := range r.pic.h {
		a := pix[int(r.rows[2*y])*stride:][:r.srcW*2]
		b := pix[int(r.rows[2*y+1])*stride:][:r.srcW*2]
		for x := range r.pic.w {
			i, j := int(r.cols[2*x]), int(r.cols[2*x+1])
			ci, cj := 4*min(i/2, lastPair), 4*min(j/2, lastPair)
			u, v := 4*128, 4*128
			if cj+3 < len(a) {
				u = int(a[ci+1]) + int(a[cj+1]) + int(b[ci+1]) + int(b[cj+1])
				v = int(a[ci+3]) + int(a[cj+3]) + int(b[ci+3]) + int(b[cj+3])
			}
			r.pic.put(y*r.pic.w+x, int(a[2*i])+int(a[2*j])+int(b[2*i])+int(b[2*j]), u, v)
		}
	}
	r.pic.colour = true
}

// nv12 reduces a plane of Y followed by one of U V pairs at half the width and height.
func (r *reducer) nv12(pix []byte, stride int) {
	chroma := pix[stride*r.srcH:]
	lastPair := max(r.srcW/2-1, 0)
	for y := range r.pic.h {
		p, q := int(r.rows[2*y]), int(r.rows[2*y+1])
		a, b := pix[p*stride:][:r.srcW], pix[q*stride:][:r.srcW]
		ca, cb := chroma[p/2*stride:][:stride], chroma[q/2*stride:][:stride]
		for x := range r.pic.w {
			i, j := int(r.cols[2*x]), int(r.cols[2*x+1])
			ci, cj := 2*min(i/2, lastPair), 2*min(j/2, lastPair)
			u, v := 4*128, 4*128
			if cj+1 < stride {
				u = int(ca[ci]) + int(ca[cj]) + int(cb[ci]) + int(cb[cj])
				v = int(ca[ci+1]) + int(ca[cj+1]) + int(cb[ci+1]) + int(cb[cj+1])
			}
			r.pic.put(y*r.pic.w+x, int(a[i])+int(a[j])+int(b[i])+int(b[j]), u, v)
		}
	}
	r.pic.colour = true
}
