package detect

// layout is what buffers, distances and rows are prepared for: the size of the picture, and the parameters that they
// depend on.
type layout struct {
	w, h                               int
	searchTop, lineWidth, vanishingRow float64
}

func layoutOf(w, h int, p *Params) layout {
	return layout{w, h, p.SearchTop, p.LineWidth, p.VanishingRow}
}
