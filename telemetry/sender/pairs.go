package sender

import (
	"sync"
	"time"

	"lanekeeper/msg"
)

// pairs brings the detections of the frames that are sent to viewers together with them: either may come first.
type pairs struct {
	mu       sync.Mutex
	frames   [remembered]seenFrame
	found    [remembered]seenLanes
	frame    int // next place in frames
	lanes    int
	chosenNs int64 // when a frame was last chosen
}

// remembered is how many of each are kept: more than a network is behind the camera.
const remembered = 32

// paired is how long after the last frame was chosen detections still wait to be chosen with theirs.
const paired = int64(time.Second)

type seenFrame struct {
	captureNs, publishNs int64
	chosen               bool
}

type seenLanes struct {
	detection msg.Detection
	publishNs int64
	sent      bool
}

// sight is a detection with when it and its frame were published.
type sight struct {
	detection        msg.Detection
	publishNs        int64
	framePublishedNs int64 // 0 unknown
}

// sawFrame takes note of a frame. When it was chosen, and its detection is there already and was not sent, that is to be
// sent now.
func (p *pairs) sawFrame(captureNs, publishNs, nowNs int64, chosen bool) (s sight, send bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frames[p.frame%remembered] = seenFrame{captureNs, publishNs, chosen}
	p.frame++
	if !chosen {
		return s, false
	}
	p.chosenNs = nowNs
	for i := range p.found {
		if f := &p.found[i]; f.publishNs != 0 && !f.sent && f.detection.CaptureNs == captureNs {
			f.sent = true
			return sight{f.detection, f.publishNs, publishNs}, true
		}
	}
	return s, false
}

// sawLanes takes note of a detection and tells whether to send it now. While frames are sent those of these frames are;
// otherwise those that are due.
func (p *pairs) sawLanes(d *msg.Detection, publishNs, nowNs int64, due func(int64) bool) (s sight, send bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s = sight{*d, publishNs, 0}
	for i := range p.frames {
		if f := &p.frames[i]; f.publishNs != 0 && f.captureNs == d.CaptureNs {
			s.framePublishedNs, send = f.publishNs, f.chosen
		}
	}
	if p.chosenNs == 0 || nowNs-p.chosenNs > paired {
		send = due(nowNs)
	}
	p.found[p.lanes%remembered] = seenLanes{*d, publishNs, send}
	p.lanes++
	return s, send
}
