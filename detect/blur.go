package detect

// blur writes the mean over 3×3 pixels of src to dst; beyond the border the border's pixel counts on. sums holds w
// numbers of scratch.
func blur(dst, src []byte, w, h int, sums []uint16) {
	sums = sums[:w]
	for y := range h {
		a := src[max(y-1, 0)*w:][:w]
		b := src[y*w:][:w]
		c := src[min(y+1, h-1)*w:][:w]
		for x := range sums {
			sums[x] = uint16(a[x]) + uint16(b[x]) + uint16(c[x])
		}
		out := dst[y*w:][:w]
		left, mid := uint32(sums[0]), uint32(sums[0])
		for x := range out {
			right := uint32(sums[min(x+1, w-1)])
			out[x] = byte((left + mid + right) * 7282 >> 16) // ÷ 9
			left, mid = mid, right
		}
	}
}
