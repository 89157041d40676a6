package watch

// journeys is how many frames are followed at a time, so for how many frames a command may take.
const journeys = 64

// journey is a frame's way through the pipeline: when each process published what it made of it, 0 while that was not seen.
type journey struct {
	frameID, captureNs              int64
	frameNs, detectionNs, commandNs int64
	commandsMissed                  uint64 // by us, when its detection was seen
}

// journeyLog follows the newest frames.
type journeyLog struct{ ring [journeys]journey }

// at finds a frame's journey, or begins it in place of an older one, which is then returned as ended. There is no journey
// for a frame that is older than what took its place.
func (l *journeyLog) at(frameID, captureNs int64) (j *journey, ended journey) {
	j = &l.ring[uint64(frameID)%journeys]
	switch {
	case j.frameID == frameID && j.captureNs == captureNs:
		return j, journey{}
	case captureNs < j.captureNs:
		return nil, journey{}
	}
	ended = *j
	*j = journey{frameID: frameID, captureNs: captureNs}
	return j, ended
}
