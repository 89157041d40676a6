package camera

// Conversions to the YUV formats, which OpenCV 4.6 does not have. ITU-R BT.601, limited range, in 16-bit fixed point with
// rounding; the inverse of OpenCV's own.

func luma(b, g, r int) byte { return byte((16843*r + 33030*g + 6423*b + 16<<16 + 1<<15) >> 16) }

// chroma takes sums over n = 1<<shift pixels.
func chroma(b, g, r, shift int) (u, v byte) {
	round := 128<<16<<shift + 1<<15<<shift
	return byte((-9699*r - 19071*g + 28770*b + round) >> (16 + shift)), byte((28770*r - 24117*g - 4653*b + round) >> (16 + shift))
}

// bgrToYUYV converts a picture of even width.
func bgrToYUYV(bgr, dst []byte, width, height int) {
	for i := 0; i < width*height/2; i++ {
		p, q := bgr[6*i:6*i+6], dst[4*i:4*i+4]
		b0, g0, r0, b1, g1, r1 := int(p[0]), int(p[1]), int(p[2]), int(p[3]), int(p[4]), int(p[5])
		q[0], q[2] = luma(b0, g0, r0), luma(b1, g1, r1)
		q[1], q[3] = chroma(b0+b1, g0+g1, r0+r1, 1)
	}
}

// bgrToNV12 converts a picture of even width and height.
func bgrToNV12(bgr, dst []byte, width, height int) {
	for i := range width * height {
		dst[i] = luma(int(bgr[3*i]), int(bgr[3*i+1]), int(bgr[3*i+2]))
	}
	uv := dst[width*height : width*height*3/2]
	for y := 0; y < height; y += 2 {
		for x := 0; x < width; x += 2 {
			var sum [3]int
			for _, at := range [...]int{y*width + x, y*width + x + 1, (y+1)*width + x, (y+1)*width + x + 1} {
				for c := range sum {
					sum[c] += int(bgr[3*at+c])
				}
			}
			u, v := chroma(sum[0], sum[1], sum[2], 2)
			uv[y/2*width+x], uv[y/2*width+x+1] = u, v
		}
	}
}
