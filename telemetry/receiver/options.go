package receiver

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/endpoint"
	"lanekeeper/telemetry/keys"
)

// Options say where a vehicle is and how to be let in.
type Options struct {
	Stream   string    // of lane-detectd: tcp://HOST:5557
	Control  string    // of controld; empty: Stream's port and one
	Commands string    // empty: Stream's port and two where there is a server's key, else none; ipc://PATH on the vehicle itself
	Server   string    // the vehicle's public key; empty: streams in clear
	Own      keys.Pair // this computer's key; used when Server is given
	Pictures bool      // subscribe to pictures too

	NoCommands bool // give none
}

// Handlers are told what comes. They are called one after the other; those that wait make the receiver drop pictures, and in
// the end messages. Each may be nil.
type Handlers struct {
	Picture func(Picture)
	Message func(Message) // of any other topic
	Link    func(Link)    // when it changes, and each second while it is not live
	Notice  func(Notice)
	Stats   func(Stats) // each second
}

// filled is the options with the addresses that were left out.
func (o Options) filled() (Options, error) {
	_, err := endpoint.PlaceOf(o.Stream)
	if err == nil && o.Control == "" {
		o.Control, err = portsOn(o.Stream, 1)
	}
	if err == nil && o.Commands == "" && o.Server != "" && !o.NoCommands {
		o.Commands, err = portsOn(o.Stream, 2)
	}
	if err == nil {
		_, err = endpoint.PlaceOf(o.Control)
	}
	if err == nil && o.Server != "" {
		err = keys.CheckPublic(o.Server)
	}
	if err != nil {
		return o, fmt.Errorf("a vehicle's telemetry: %w", err)
	}
	return o, nil
}

// portsOn is an address whose port is n further on.
func portsOn(address string, n uint64) (string, error) {
	host, port, err := net.SplitHostPort(strings.TrimPrefix(address, "tcp://"))
	if err != nil || !strings.HasPrefix(address, "tcp://") {
		return "", fmt.Errorf("address %q: controld's cannot be told from it, give that too", address)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number+n > 65535 {
		return "", fmt.Errorf("address %q: a port from 1 to %d expected", address, 65535-n)
	}
	return "tcp://" + net.JoinHostPort(host, strconv.FormatUint(number+n, 10)), nil
}

// topics are those of a daemon's stream.
func (o Options) topics(name string) []string {
	if name == Controld {
		return []string{telemetry.TopicControl, telemetry.TopicEvent, telemetry.TopicStatus}
	}
	topics := []string{telemetry.TopicDetection, telemetry.TopicState, telemetry.TopicLane, telemetry.TopicStatus}
	if o.Pictures {
		topics = append(topics, telemetry.TopicFrame)
	}
	return topics
}
