package sender

// pacer lets something happen at most so often.
type pacer struct {
	periodNs int64
	nextNs   int64
}

func newPacer(rateHz float64) pacer { return pacer{periodNs: int64(1e9 / rateHz)} }

// due tells whether it may happen at nowNs, and then counts it. A source of just this rate comes now a little early and
// now late: a quarter of a period early is not too early, or every other record would be left out.
func (p *pacer) due(nowNs int64) bool {
	if nowNs < p.nextNs-p.periodNs/4 {
		return false
	}
	p.count(nowNs)
	return true
}

// count is for what happens whether it is due or not.
func (p *pacer) count(nowNs int64) { p.nextNs = max(p.nextNs+p.periodNs, nowNs) }
