package command

import "lanekeeper/telemetry"

// Requests that a key may send in a second, and at once. A laptop in control sends five keeps a second and a slider's values.
const (
	anyPerS      = 1000 // past this only a short request is read at all, since it may be a stop
	stopBytes    = 512  // that a stop has at most
	commandsPerS = 50
	stopsPerS    = 40  // a key held down repeats itself 30 times a second; what is more than can be carried out holds others back
	maxKeys      = 256 // that are told apart
)

// bucket holds what a key has left of a second's requests.
type bucket struct {
	left   float64
	seenNs int64
}

// take takes one, if there is one.
func (b *bucket) take(perS float64, nowNs int64) bool {
	b.left = min(perS, b.left+perS*float64(nowNs-b.seenNs)/1e9)
	b.seenNs = nowNs
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

// rate is that of one key.
type rate struct{ any, commands, stops bucket }

// rates are those of all keys. It is not safe for use by several goroutines.
type rates struct{ of map[string]*rate }

func (r *rates) key(name string, nowNs int64) *rate {
	if k := r.of[name]; k != nil {
		return k
	}
	if len(r.of) >= maxKeys { // far more than are authorised anywhere; those that are idle have full buckets anyway
		for n, k := range r.of {
			if nowNs-k.any.seenNs > 1e9 {
				delete(r.of, n)
			}
		}
	}
	full := func(perS float64) bucket { return bucket{left: perS, seenNs: nowNs} }
	k := &rate{any: full(anyPerS), commands: full(commandsPerS), stops: full(stopsPerS)}
	if len(r.of) < maxKeys {
		r.of[name] = k
	}
	return k
}

// allow takes one of the command's kind.
func (k *rate) allow(command string, nowNs int64) bool {
	if stops(command) {
		return k.stops.take(stopsPerS, nowNs)
	}
	return k.commands.take(commandsPerS, nowNs)
}

// stops tells whether a command does nothing but stop the vehicle.
func stops(command string) bool {
	return command == telemetry.CommandPause || command == telemetry.CommandStop
}
