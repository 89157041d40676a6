package command

import (
	"fmt"
	"time"

	"lanekeeper/telemetry/keys"
)

// AnswerTime is how long a client waits for an answer. Then it begins anew, with a new connection and session.
const AnswerTime = time.Second

// Options say where a vehicle takes commands, and with which keys.
type Options struct {
	Address string    // tcp://HOST:5559, or ipc://PATH on the vehicle itself
	Server  string    // the vehicle's public key; empty: in clear, which only ipc is
	Own     keys.Pair // this computer's key; used when Server is given
}

// NoAnswerError says that a vehicle has not answered. Whether it has done what it was asked is not known.
type NoAnswerError struct {
	Address string
	Why     string // what is known of the connection
}

func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("no answer from %s within %v: %s", e.Address, AnswerTime, e.Why)
}

// RefusedError is a vehicle's refusal, with its reason.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }
