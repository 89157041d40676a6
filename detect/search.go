package detect

// search looks for the lane's lines of one width. Lines on the ground of different places differ in width by a factor
// of three (tape on a miniature track, paint on a road), too much for one filter: narrow paint is lost in what wide
// tape's filter makes of the road's texture, and wide tape has no contrast for paint's filter. So several searches
// compete.
type search struct {
	scale     float64 // of the widest line's width
	widest    bool    // lines that the picture's sides cut are its concern: it runs on planes
	w, h      int
	trust     float64 // factor on its evidence against that of others
	thr       int     // response that a mask pixel has at least
	response  []byte
	mask      []byte
	scratch   []byte
	row       []byte // scratch too
	crossings []span // for each row, where a zebra crossing is
	ridge     ridge
	tracer    tracer
	stripper  stripper
	sides     stubber
	linker    linker
	chooser   chooser

	left, right *candidate // nil where none was found
	evidence    float64    // how much speaks for the lines found
}

func (s *search) prepare(w, h int, p *Params) {
	s.w, s.h = w, h
	s.response, s.mask, s.scratch = make([]byte, w*h), make([]byte, w*h), make([]byte, w*h)
	s.row = make([]byte, w+2)
	s.crossings = make([]span, h)
	s.ridge.prepare(w, h, s.scale, p)
	s.sides = stubber{ridge: &s.ridge, w: w, h: h}
}

// run searches the planes, of which yellow may be missing. before is where the lines were in the frame before, wider
// where a search for wider lines found crossings in this one.
func (s *search) run(bright, yellow []byte, p *Params, before *[2]trail, g *grid, wider []span) {
	w, h := s.w, s.h
	clear(s.response)
	s.ridge.apply(s.response, bright, w, h)
	if yellow != nil {
		s.ridge.apply(s.response, yellow, w, h)
	}
	double(s.response)
	s.sides.bright, s.sides.yellow = bright, yellow
	s.group(threshold(s.response, w, h, p.MinContrast), p, before, g, wider)
}

// group makes lines of the response above thr. before and wider are as in run.
func (s *search) group(thr int, p *Params, before *[2]trail, g *grid, wider []span) {
	w, h := s.w, s.h
	s.thr = thr
	binarize(s.mask, s.scratch, s.response, s.row, w, h, s.ridge.top, s.thr)
	s.tracer.trace(s.mask, w, h, s.ridge.top)
	s.tracer.markZebra(&s.ridge, s.crossings, wider)
	s.stripper.collect(&s.tracer, s.response, w, &s.ridge)
	if s.widest {
		s.sides.thr = thr
		s.stripper.stubs(&s.sides)
	}
	strips := s.stripper.strips
	s.left, s.right = s.chooser.choose(s.linker.link(strips, w, h), strips, thr, p, before, g, s.crossings)
	s.evidence = 0
	for _, k := range []*candidate{s.left, s.right} {
		if k != nil {
			s.evidence += k.merit * (1 + 0.005*k.strong) * s.trust
		}
	}
}
