package booted

import (
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"lanekeeper/e2e/booted/record"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// tap is every record of the pipeline that was published since it began.
type tap struct {
	v          *vehicle
	mu         sync.Mutex
	commands   []record.Record
	detections []record.Record
	more       chan struct{} // closed, and made anew, with each command
}

// tap follows the pipeline until the test ends.
func (v *vehicle) tap() *tap {
	v.t.Helper()
	v.Copy(program(v.t, "./tap"), "/tmp/tap")
	p := &tap{v: v, more: make(chan struct{})}
	c := v.Command("/tmp/tap")
	out, err := c.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	in, err := c.StdinPipe() // the tap ends with it
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.read(out)
	}()
	v.t.Cleanup(func() {
		_ = in.Close()
		<-ended
		_ = c.Wait()
	})
	return p
}

func (p *tap) read(out io.Reader) {
	for lines := json.NewDecoder(out); ; {
		var r record.Record
		if err := lines.Decode(&r); err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				p.v.t.Logf("the tap is closed: %v", err)
			}
			return
		}
		p.mu.Lock()
		if r.Detection {
			p.detections = append(p.detections, r)
		} else {
			p.commands = append(p.commands, r)
			close(p.more)
			p.more = make(chan struct{})
		}
		p.mu.Unlock()
	}
}

// since are the commands published after CLOCK_MONOTONIC ns.
func (p *tap) since(ns int64) []record.Record {
	p.mu.Lock()
	defer p.mu.Unlock()
	first := len(p.commands)
	for first > 0 && p.commands[first-1].PublishNs > ns {
		first--
	}
	return append([]record.Record(nil), p.commands[first:]...)
}

// await is the first command published after CLOCK_MONOTONIC ns that fits; false when there is none in time.
func (p *tap) await(ns int64, limit time.Duration, fits func(*record.Record) bool) (record.Record, bool) {
	late := time.After(limit)
	for {
		p.mu.Lock()
		more := p.more
		p.mu.Unlock()
		for _, r := range p.since(ns) {
			if fits(&r) {
				return r, true
			}
		}
		select {
		case <-more:
		case <-late:
			return record.Record{}, false
		}
	}
}

// driving waits until the vehicle drives, from now on, with a good deal of throttle.
func (p *tap) driving(limit time.Duration) record.Record {
	p.v.t.Helper()
	r, ok := p.await(shm.NowNs(), limit, func(r *record.Record) bool { return r.Moves() && r.Throttle > 0.1 })
	if !ok {
		p.v.t.Fatalf("the vehicle does not drive within %v\n%s", limit, p.v.Journal("--lines=60"))
	}
	return r
}

// neutral is when, after CLOCK_MONOTONIC ns, the vehicle became neutral: a command said so, or the last one that moved it
// expired before the next. Zero when it drove on without a gap.
func (p *tap) neutral(ns int64) (atNs int64, why msg.Reason) {
	validNs := ns
	for _, r := range p.since(ns - int64(time.Second)) {
		switch {
		case r.PublishNs > ns && r.PublishNs > validNs: // the command before had expired
			return max(ns, validNs), msg.ReasonNone
		case r.Moves():
			validNs = r.ValidUntilNs
		case r.PublishNs > ns:
			return r.PublishNs, r.Reason
		}
	}
	if shm.NowNs() > validNs {
		return validNs, msg.ReasonNone
	}
	return 0, msg.ReasonNone
}

// newestDetection is the last one that was seen.
func (p *tap) newestDetection() record.Record {
	p.v.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.detections) == 0 {
		p.v.t.Fatal("no detection was seen")
	}
	return p.detections[len(p.detections)-1]
}

// lastDetection is when the last detection was published before CLOCK_MONOTONIC ns; 0 when none was.
func (p *tap) lastDetection(ns int64) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.detections) - 1; i >= 0; i-- {
		if at := p.detections[i].PublishNs; at < ns {
			return at
		}
	}
	return 0
}
