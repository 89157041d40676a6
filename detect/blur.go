package detect

// blur writes half the mean over 3×3 pixels of src, weighted as 1 2 1 both ways, to dst; beyond the border the border's pixel
// counts on. row is scratch of w + 2 bytes.
func blur(dst, src []byte, w, h int, row []byte) {
	row = row[:w+2]
	for y := range h {
		above, at, below := src[max(y-1, 0)*w:][:w], src[y*w:][:w], src[min(y+1, h-1)*w:][:w]
		x := 0
		for ; x+perWord <= w; x += perWord {
			store(row[1+x:], mean(mean(load(above[x:]), load(below[x:])), load(at[x:])))
		}
		for ; x < w; x++ {
			row[1+x] = middle(middle(above[x], below[x]), at[x])
		}
		row[0], row[w+1] = row[1], row[w]
		out := dst[y*w:][:w]
		for x = 0; x+perWord <= w; x += perWord {
			store(out[x:], mean(mean(load(row[x:]), load(row[x+2:])), load(row[x+1:]))>>1&lowBits)
		}
		for ; x < w; x++ {
			out[x] = middle(middle(row[x], row[x+2]), row[x+1]) >> 1
		}
	}
}

// middle is the mean of two pixels, rounded down as mean does it.
func middle(a, b byte) byte { return a&b + (a^b)>>1 }
