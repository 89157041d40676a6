package detect

// thresholdShare is the part of a strong response (the 99th percentile of the lower half) that a line must reach:
// relative, so that it holds by day and by night.
const (
	thresholdShare = 0.29
	maxThreshold   = 40
)

// threshold is the response above which a pixel may be part of a line.
func threshold(response []byte, w, h, least int) int {
	var hist [256]int
	lower := response[h/2*w:]
	for _, v := range lower {
		hist[v]++
	}
	rest, strong := len(lower)/100, 255
	for ; strong > 0; strong-- {
		if rest -= hist[strong]; rest < 0 {
			break
		}
	}
	return max(min(int(thresholdShare*float64(strong)), maxThreshold), least)
}

// binarize sets mask to 1 where the response is above the threshold from row top on, else 0, and closes it: dilation
// then erosion over 3×3 px, which fills holes and joins what one pixel parts. tmp is scratch of the same size, row of w + 2
// bytes.
func binarize(mask, tmp, response, row []byte, w, h, top, thr int) {
	clear(mask[:top*w])
	clear(tmp[:top*w])
	from, to := response[top*w:w*h], mask[top*w:w*h]
	least := uint64(min(thr/2+1, 127)) * ones // the response is even
	for len(from) >= perWord && len(to) >= perWord {
		store(to, ((load(from)>>1&lowBits|tops)-least)>>7&ones)
		from, to = from[perWord:], to[perWord:]
	}
	for i, v := range from {
		to[i] = 0
		if int(v) > thr {
			to[i] = 1
		}
	}
	spread(tmp, mask, row, w, h, top, 0)
	spread(mask, tmp, row, w, h, top, 1)
}

// spread makes each pixel of dst, from row top on, 1 where one of 3×3 around it in src is; with ground 1 it spreads the zeros
// instead. What lies beyond the border is ground.
func spread(dst, src, row []byte, w, h, top int, ground byte) {
	flip := uint64(ground) * ones
	row = row[:w+2]
	for y := top; y < h; y++ {
		a, b, c := src[max(y-1, top)*w:][:w], src[y*w:][:w], src[min(y+1, h-1)*w:][:w]
		x := 0
		for ; x+perWord <= w; x += perWord {
			store(row[1+x:], (load(a[x:])^flip)|(load(b[x:])^flip)|(load(c[x:])^flip))
		}
		for ; x < w; x++ {
			row[1+x] = (a[x] ^ ground) | (b[x] ^ ground) | (c[x] ^ ground)
		}
		row[0], row[w+1] = 0, 0
		out := dst[y*w:][:w]
		for x = 0; x+perWord <= w; x += perWord {
			store(out[x:], (load(row[x:])|load(row[x+1:])|load(row[x+2:]))^flip)
		}
		for ; x < w; x++ {
			out[x] = (row[x] | row[x+1] | row[x+2]) ^ ground
		}
	}
}
