package sender

import (
	"context"
	"errors"
	"time"

	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// repeatNs is after how long without news the last command is sent again, for those who have just come. Nothing is sent
// while nobody owns the segment.
const repeatNs = int64(time.Second)

// commands sends what the controller does: at once when its state changes, otherwise as often as is due, and once more
// when the last command has expired.
type commands struct {
	in    *shm.Reader
	pub   *publisher
	topic string
	of    func(c *msg.Command, publishNs, nowNs int64) any
	pace  pacer
	rate  rate

	buffer    [msg.CommandBytes]byte
	command   msg.Command
	publishNs int64
	have      bool // a command, of a segment that is there
	unsent    bool // it was not due
	sent      msg.Command
	sentNs    int64
	expired   bool // that was already so when it was sent
}

// stateOf and controlOf are the two forms of a command.
func stateOf(c *msg.Command, _, nowNs int64) any { return telemetry.StateOf(c, nowNs) }

func controlOf(c *msg.Command, publishNs, nowNs int64) any {
	m := telemetry.ControlOf(c)
	m.PublishedNs, m.SentNs = publishNs, nowNs
	return m
}

func (c *commands) round(ctx context.Context) error {
	if !c.pub.wanted(ctx, c.topic) {
		c.have = false
		return nil
	}
	ok, err := waitNext(ctx, c.in, c.deadline())
	if err != nil {
		return err
	}
	if ok {
		if ok, err = c.take(); err != nil {
			return err
		}
	}
	c.have = ok || c.have && c.in.Stats().Attached
	now := shm.NowNs()
	if !c.have || !c.news(now) {
		return nil
	}
	c.sent, c.sentNs, c.unsent, c.expired = c.command, now, false, now > c.command.ValidUntilNs
	c.rate.Observe(now, 0)
	return c.pub.send(c.topic, c.of(&c.command, c.publishNs, now))
}

// take reads the newest command.
func (c *commands) take() (ok bool, err error) {
	rec, err := c.in.Latest(c.buffer[:])
	if isNothing(err) || errors.Is(err, shm.ErrOverrun) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	c.publishNs, c.unsent = rec.PublishNs, true
	return true, c.command.Decode(rec.Payload)
}

// news tells whether something is to be sent now.
func (c *commands) news(now int64) bool {
	a, b := &c.command, &c.sent
	changed := c.unsent && (a.Mode != b.Mode || a.Reason != b.Reason || a.Departure != b.Departure)
	expires := !c.unsent && !c.expired && now > c.command.ValidUntilNs
	if changed || expires || now-c.sentNs >= repeatNs {
		c.pace.count(now)
		return true
	}
	return c.unsent && c.pace.due(now)
}

// deadline is when something is to be sent though nothing new has come.
func (c *commands) deadline() int64 {
	switch {
	case !c.have:
		return forever
	case c.unsent:
		return c.pace.nextNs
	case !c.expired:
		return c.command.ValidUntilNs + int64(time.Millisecond)
	}
	return c.sentNs + repeatNs
}
