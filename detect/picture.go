package detect

// picture is a frame reduced to what lines are found in: brightness and yellowness, one byte a pixel each, rows of W
// without padding.
type picture struct {
	w, h   int
	bright []byte // (R+G)/2: white and yellow paint alike
	yellow []byte // (R+G)/2 − B, nothing below 0: yellow paint on a floor that is as bright as itself
	colour bool   // yellow means something
}

func (p *picture) resize(w, h int) {
	if p.w == w && p.h == h {
		return
	}
	*p = picture{w: w, h: h, bright: make([]byte, w*h), yellow: make([]byte, w*h)}
}
