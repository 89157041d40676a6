package detect

import (
	"time"

	"lanekeeper/msg"
)

// networkLooker finds lines with a network.
type networkLooker struct {
	net     *network
	decoder decoder
	before  [2]trail // what was found in the picture before
	lastNs  int64    // its SourceNs
}

func (l *networkLooker) take(h *msg.FrameHeader, pixels []byte) error {
	return l.net.sampler.take(h, pixels)
}

func (l *networkLooker) look(s *sight) error {
	if err := l.net.run(); err != nil {
		return err
	}
	if l.decoder.prepare(l.net.w, l.net.h, &s.header, &s.params) {
		s.grid = newGrid(l.decoder.w, l.decoder.h, l.decoder.search.ridge.top)
		s.anew = true
	}
	if dt := time.Duration(s.header.SourceNs - l.lastNs); s.anew || dt <= 0 || dt > maxPause {
		l.before[0].clear()
		l.before[1].clear()
	}
	left, right := l.decoder.decode(l.net.logits, &s.params, &l.before, &s.grid)
	buildTrails(&s.found, left, right, &s.grid)
	l.before, l.lastNs = s.found, s.header.SourceNs
	return nil
}

func (l *networkLooker) close() { l.net.close() }
