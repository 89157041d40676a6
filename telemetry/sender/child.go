package sender

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"lanekeeper/meter"
	"lanekeeper/msg"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// child is what runs in the process of its own.
type child struct {
	plan    *Plan
	parts   Parts
	lines   *lines
	pub     *publisher
	rate    rate
	loops   []*loop
	offers  []*offer
	frames  *frames // nil: none are sent
	close   []func() error
	stamp   string        // of the keys, from before any was read
	folders string        // of their folders, when the keys were last looked at
	told    chan struct{} // an endpoint's state has changed
}

// errAnew: the keys have changed, so who was let in must be asked again.
var errAnew = errors.New("the keys have changed")

const (
	reportEvery = time.Second
	hung        = 10 * time.Second // a loop that has not gone round for so long does so no more
	streamQueue = 64               // messages for a viewer of the controller; there are no pictures among them
)

func run(ctx context.Context, p *Plan, to *lines, parts Parts) (err error) {
	c := &child{plan: p, parts: parts, lines: to, pub: newPublisher(p.Topics), rate: rate{meter.New()}, told: make(chan struct{}, 1)}
	if p.needsKeys() {
		c.folders = keys.Folders(p.KeysDir)
		if c.stamp, err = keys.Stamp(p.KeysDir); err != nil {
			return err
		}
	}
	defer func() {
		for _, end := range c.close {
			err = errors.Join(err, end())
		}
	}()
	if err := c.build(); err != nil {
		return err
	}
	z, err := endpoint.New()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	for _, o := range c.offers {
		all.Go(func() { o.run(ctx, z) })
	}
	for _, l := range c.loops {
		l.beat.Store(shm.NowNs())
		all.Go(func() { l.run(ctx) })
	}
	return c.watch(ctx)
}

// build makes the loops and the endpoints that the plan asks for.
func (c *child) build() error {
	p := c.plan
	c.offers = append(c.offers, &offer{name: "stream", options: c.streamOptions, use: c.stream, changed: c.tell})
	c.loop(c.listen)
	seen := &pairs{}
	found := &lanes{pub: c.pub, pairs: seen, pace: newPacer(p.RateHz)}
	if p.publishes(telemetry.TopicFrame) && c.parts.Encoder != nil {
		in, err := c.reader(p.Frames, msg.KindFrame)
		if err != nil {
			return err
		}
		encoder := c.parts.Encoder(p.JPEGQuality, p.JPEGScale)
		c.close = append(c.close, encoder.Close)
		c.frames = &frames{in: in, encoder: encoder, pub: c.pub, pairs: seen, lanes: found, pace: newPacer(p.RateHz), rate: c.rate}
		c.loop(c.frames.round)
	}
	if p.publishes(telemetry.TopicDetection) || p.publishes(telemetry.TopicLane) {
		in, err := c.reader(p.Detections, msg.KindDetection)
		if err != nil {
			return err
		}
		found.in = in
		c.loop(found.round)
	}
	for topic, of := range map[string]func(*msg.Command, int64, int64) any{telemetry.TopicState: stateOf, telemetry.TopicControl: controlOf} {
		if !p.publishes(topic) {
			continue
		}
		in, err := c.reader(p.Commands, msg.KindCommand)
		if err != nil {
			return err
		}
		x := &commands{in: in, pub: c.pub, topic: topic, of: of, pace: newPacer(p.RateHz), rate: rate{meter.New()}}
		if topic == telemetry.TopicControl {
			x.rate = c.rate // what the daemon is for
		}
		c.loop(x.round)
	}
	if p.publishes(telemetry.TopicEvent) {
		c.loop((&events{socket: p.socket(), pub: c.pub}).round)
	}
	if p.publishes(telemetry.TopicStatus) {
		c.loop((&statuses{socket: p.socket(), pub: c.pub, rate: c.rate, bootID: bootID()}).round)
	}
	if c.parts.Commands != nil {
		c.takeCommands()
	}
	return nil
}

func (c *child) loop(round func(context.Context) error) {
	c.loops = append(c.loops, &loop{round: round})
}

func (c *child) reader(name string, kind uint32) (*shm.Reader, error) {
	in, err := shm.Open(shm.ReaderOptions{Dir: c.plan.Place.ShmDir, Prefix: c.plan.Place.Prefix, Name: name, Kind: kind})
	if err == nil {
		c.close = append(c.close, in.Close)
	}
	return in, err
}

// streamOptions say how the stream is offered.
func (c *child) streamOptions() (endpoint.Options, error) {
	o := endpoint.Options{Name: "stream", Kind: endpoint.Stream, Address: c.plan.Endpoint, Plain: c.plan.Plain}
	if c.plan.Frames == "" {
		o.Queue = streamQueue
	}
	var err error
	if c.plan.streamNeedsKeys() {
		o.Keys, err = keys.Load(c.plan.KeysDir)
	}
	return o, err
}

// stream has the socket published on.
func (c *child) stream(ctx context.Context, s *endpoint.Socket, _ *keys.Keys) {
	c.pub.attach(s)
	<-ctx.Done()
	c.pub.attach(nil)
}

// listen looks who has come and gone.
func (c *child) listen(ctx context.Context) error {
	pause(ctx, listenEvery)
	return c.pub.listen()
}

// takeCommands adds the endpoints for commands.
func (c *child) takeCommands() {
	use := func(ctx context.Context, s *endpoint.Socket, k *keys.Keys) {
		log := c.lines.logger()
		if err := c.parts.Commands(ctx, Channel{Socket: s, Keys: k, Plan: *c.plan, Log: log}); err != nil && ctx.Err() == nil {
			log.Warn("commands cannot be taken for a moment", idCommands.Field(), zap.Error(err))
			pause(ctx, errorPause)
		}
	}
	if path := c.plan.CommandsSocket; path != "" {
		c.offers = append(c.offers, &offer{name: "commands", use: use, changed: c.tell, options: func() (endpoint.Options, error) {
			return endpoint.Options{Name: "local", Kind: endpoint.Commands, Address: "ipc://" + path}, nil
		}})
	}
	if address := c.plan.CommandsEndpoint; address != "" {
		c.offers = append(c.offers, &offer{name: "commands", use: use, changed: c.tell, options: func() (endpoint.Options, error) {
			o := endpoint.Options{Name: "commands", Kind: endpoint.Commands, Address: address}
			var err error
			o.Keys, err = keys.Load(c.plan.KeysDir)
			return o, err
		}})
	}
}

// tell has a report sent at once.
func (c *child) tell() {
	select {
	case c.told <- struct{}{}:
	default:
	}
}

// watch reports how the child does, and ends it when it no longer does well.
func (c *child) watch(ctx context.Context) error {
	every := time.NewTicker(reportEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.told:
		case <-every.C:
		}
		if err := c.stuck(); err != nil {
			return err
		}
		r := c.report()
		if c.keysChanged() {
			r.KeysAnew = true
			c.lines.write(line{Report: r})
			return errAnew
		}
		c.lines.write(line{Report: r})
		if mib := ownMiB(); mib > mostMiB {
			return fmt.Errorf("%d MiB of memory are too much for sending telemetry", mib)
		}
	}
}

// keysChanged looks closely where it can. A crowd of connections must not keep it from seeing that somebody is shut out.
func (c *child) keysChanged() bool {
	if !c.plan.needsKeys() {
		return false
	}
	folders := keys.Folders(c.plan.KeysDir)
	stamp, err := keys.Stamp(c.plan.KeysDir)
	if err != nil {
		return folders != c.folders
	}
	c.folders = folders
	return stamp != c.stamp
}

// stuck says that a loop no longer goes round.
func (c *child) stuck() error {
	for i, l := range c.loops {
		if since := shm.NowNs() - l.beat.Load(); since > int64(hung) {
			return fmt.Errorf("loop %d of sending telemetry has stood for %v", i, time.Duration(since))
		}
	}
	return nil
}

func (c *child) report() *report {
	r := &report{}
	for _, o := range c.offers {
		r.Offers = append(r.Offers, o.now())
	}
	if c.frames != nil {
		r.Unsent = c.frames.unsent.Load()
	}
	c.pub.report(r)
	r.RateHz, r.EncodeMs = c.rate.now()
	return r
}
