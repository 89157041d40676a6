package watch

import (
	"time"

	"lanekeeper/msg"
	"lanekeeper/shm"
)

// tally adds up what is seen in the segments until it is asked for a report.
type tally struct {
	beganNs                      int64
	frames, detections, commands flow
	journeys                     journeyLog

	captureToFrame, frameToDetection, processing, detectionToCommand, captureToCommand spread
	lost, overrun, skipped, unanswered                                                 uint64

	frameID    int64 // of the newest frame
	sourceID   uint64
	detection  msg.Detection
	command    msg.Command
	answering  span // of the controller that runs now
	hasLanes   bool
	hasCommand bool
}

// span is the first and the last capture time of the frames that were answered.
type span struct {
	epoch       uint64
	first, last int64
}

func newTally(nowNs int64, frames, detections, commands string) *tally {
	return &tally{
		beganNs: nowNs,
		frames:  flow{name: frames, sinceNs: nowNs}, detections: flow{name: detections, sinceNs: nowNs},
		commands: flow{name: commands, sinceNs: nowNs},
	}
}

func (t *tally) frame(r shm.Record, h *msg.FrameHeader) {
	s := t.frames.record(r)
	if s.again {
		return
	}
	if passed := h.FrameID - t.frameID; !s.first && h.SourceID == t.sourceID && passed > int64(s.ahead) {
		t.lost += uint64(passed) - s.ahead
	}
	t.frameID, t.sourceID = h.FrameID, h.SourceID
	if !s.fresh {
		return
	}
	if h.CaptureNs == 0 { // a camera that does not know, or does not tell
		return
	}
	t.captureToFrame.add(r.PublishNs - h.CaptureNs)
	if j := t.journey(h.FrameID, h.CaptureNs); j != nil {
		j.frameNs = r.PublishNs
		t.frameDetected(j)
	}
}

func (t *tally) detect(r shm.Record, d *msg.Detection) {
	s := t.detections.record(r)
	if s.again {
		return
	}
	before := t.detection
	if d.FramesEvaluated < before.FramesEvaluated {
		before = msg.Detection{} // another detector, whose counters began anew
	}
	if t.hasLanes {
		t.overrun += d.FramesOverrun - min(before.FramesOverrun, d.FramesOverrun)
		t.skipped += d.FramesSkipped - min(before.FramesSkipped, d.FramesSkipped)
	}
	t.detection, t.hasLanes = *d, true
	if !s.fresh {
		return
	}
	t.processing.add(int64(d.ProcessingTimeMs * 1e6))
	if j := t.journey(d.FrameID, d.CaptureNs); j != nil {
		j.detectionNs, j.commandsMissed = r.PublishNs, t.commands.missed
		t.frameDetected(j)
		t.detectionAnswered(j)
	}
}

func (t *tally) drive(r shm.Record, c *msg.Command) {
	s := t.commands.record(r)
	if s.again {
		return
	}
	t.command, t.hasCommand = *c, true
	if c.CaptureNs == 0 || !s.fresh { // answers no frame, or was there before us
		return
	}
	if t.answering.epoch != r.Epoch {
		t.answering = span{epoch: r.Epoch, first: c.CaptureNs}
	}
	t.answering.last = max(t.answering.last, c.CaptureNs)
	j := t.journey(c.FrameID, c.CaptureNs)
	if j == nil || j.commandNs != 0 {
		return
	}
	j.commandNs = r.PublishNs
	t.captureToCommand.add(r.PublishNs - c.CaptureNs)
	t.detectionAnswered(j)
}

// journey finds a frame's journey. The one that it takes the place of has had its time: if it has no command by now, it
// never gets one.
func (t *tally) journey(frameID, captureNs int64) *journey {
	j, ended := t.journeys.at(frameID, captureNs)
	if ended.detectionNs != 0 && ended.commandNs == 0 && ended.commandsMissed == t.commands.missed &&
		t.answering.first < ended.captureNs && ended.captureNs < t.answering.last {
		t.unanswered++
	}
	return j
}

// frameDetected and detectionAnswered measure a hop once both of its ends are there: which one is seen first is chance.
func (t *tally) frameDetected(j *journey) {
	if j.frameNs != 0 && j.detectionNs != 0 {
		t.frameToDetection.add(j.detectionNs - j.frameNs)
	}
}

func (t *tally) detectionAnswered(j *journey) {
	if j.detectionNs != 0 && j.commandNs != 0 {
		t.detectionToCommand.add(j.commandNs - j.detectionNs)
	}
}

// report is what was seen since the last report.
func (t *tally) report(nowNs int64, wall time.Time) Report {
	r := Report{
		Time: wall, IntervalS: float64(nowNs-t.beganNs) / 1e9,
		Segments: []Segment{
			t.frames.take(nowNs, t.beganNs, Drop{"lost", t.lost}),
			t.detections.take(nowNs, t.beganNs, Drop{"overrun", t.overrun}, Drop{"skipped", t.skipped}),
			t.commands.take(nowNs, t.beganNs, Drop{"unanswered", t.unanswered}),
		},
		Latencies: []Latency{
			t.captureToFrame.take(CaptureToFrame), t.frameToDetection.take(FrameToDetection), t.processing.take(Processing),
			t.detectionToCommand.take(DetectionToCommand), t.captureToCommand.take(CaptureToCommand),
		},
	}
	if t.hasLanes {
		r.Lanes = lanes(&t.detection)
	}
	if t.hasCommand {
		r.Command = command(&t.command, nowNs)
	}
	t.beganNs = nowNs
	t.lost, t.overrun, t.skipped, t.unanswered = 0, 0, 0, 0
	return r
}
