package sender

import (
	"slices"
	"strings"

	"lanekeeper/daemon"
	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
)

// Plan is all that the child is told.
type Plan struct {
	Daemon  string // whose child it is
	Version string
	PID     int // the daemon's
	Place   daemon.Place

	Frames, Detections, Commands string // segments to read, without the prefix; empty: not read

	Endpoint    string
	Plain       bool
	KeysDir     string
	RateHz      float64
	JPEGQuality int
	JPEGScale   float64
	Topics      []string

	CommandsSocket   string // path of the unix socket that takes commands; empty: none
	CommandsEndpoint string // where else commands are taken, with keys; empty: nowhere
}

// Of is the plan for lane-detectd.
func (c *DetectionConfig) Of(frames, detections, commands string) Plan {
	p := Plan{
		Frames: frames, Detections: detections, Commands: commands, Endpoint: c.Endpoint, Plain: c.Plain, KeysDir: c.KeysDir,
		RateHz: c.RateHz, JPEGQuality: c.JPEGQuality, JPEGScale: c.JPEGScale, Topics: slices.Clone(c.Topics),
	}
	if p.inClearBeyond() {
		p.Topics = slices.DeleteFunc(p.Topics, func(t string) bool { return !slices.Contains(telemetry.StrictTopics(), t) })
	}
	return p
}

// Of is the plan for controld.
func (c *ControlConfig) Of(place daemon.Place, commands string) Plan {
	p := Plan{Commands: commands, Endpoint: c.Endpoint, KeysDir: c.KeysDir, RateHz: c.RateHz, Topics: slices.Clone(c.Topics)}
	if c.Commands {
		p.CommandsSocket = endpoint.CommandsSocket(place.RunDir, place.Prefix)
		p.CommandsEndpoint = c.CommandsEndpoint
	}
	return p
}

// publishes tells whether a topic is in the plan.
func (p *Plan) publishes(topic string) bool { return slices.Contains(p.Topics, topic) }

// files are the unix sockets that the child makes.
func (p *Plan) files() []string {
	var list []string
	if path, ok := strings.CutPrefix(p.Endpoint, "ipc://"); ok {
		list = append(list, path)
	}
	if p.CommandsSocket != "" {
		list = append(list, p.CommandsSocket)
	}
	return list
}

// inClearBeyond tells that anybody in the network can see what is published.
func (p *Plan) inClearBeyond() bool {
	place, _ := endpoint.PlaceOf(p.Endpoint)
	return p.Plain && place == endpoint.Beyond
}

// streamNeedsKeys tells whether viewers of the stream need keys.
func (p *Plan) streamNeedsKeys() bool {
	place, _ := endpoint.PlaceOf(p.Endpoint)
	return place == endpoint.Beyond && !p.Plain
}

func (p *Plan) needsKeys() bool { return p.streamNeedsKeys() || p.CommandsEndpoint != "" }

// socket is the daemon's control socket.
func (p *Plan) socket() string { return daemon.SocketPath(p.Place.RunDir, p.Place.Prefix, p.Daemon) }
