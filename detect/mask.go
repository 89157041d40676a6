package detect

// thresholdShare is the part of a strong response (the 99th percentile of the lower half) that a line must reach:
// relative, so that it holds by day and by night.
const (
	thresholdShare = 0.3
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
// then erosion over 3×3 px, which fills holes and joins what one pixel parts. tmp is scratch of the same size.
func binarize(mask, tmp, response []byte, w, h, top, thr int) {
	clear(mask[:top*w])
	clear(tmp[:top*w])
	for i := top * w; i < w*h; i++ {
		v := byte(0)
		if int(response[i]) > thr {
			v = 1
		}
		mask[i] = v
	}
	for y := top; y < h; y++ { // dilate into tmp
		a, b, c := mask[max(y-1, 0)*w:][:w], mask[y*w:][:w], mask[min(y+1, h-1)*w:][:w]
		out := tmp[y*w:][:w]
		left, mid := byte(0), a[0]|b[0]|c[0]
		for x := range out {
			right := byte(0)
			if x+1 < w {
				right = a[x+1] | b[x+1] | c[x+1]
			}
			out[x] = left | mid | right
			left, mid = mid, right
		}
	}
	for y := top; y < h; y++ { // erode into mask
		a, b, c := tmp[max(y-1, top)*w:][:w], tmp[y*w:][:w], tmp[min(y+1, h-1)*w:][:w]
		out := mask[y*w:][:w]
		left, mid := byte(1), a[0]&b[0]&c[0]
		for x := range out {
			right := byte(1)
			if x+1 < w {
				right = a[x+1] & b[x+1] & c[x+1]
			}
			out[x] = left & mid & right
			left, mid = mid, right
		}
	}
}
