package command

import (
	"fmt"
	"time"
)

// AnswerTime is how long a client waits for an answer. Then it begins anew, with a new connection and session.
const AnswerTime = time.Second

// Options say where a vehicle takes commands, and with which keys.
type Options struct {
	Address string // tcp://HOST:5559, or ipc://PATH on the vehicle itself

	// Keys in Z85 (https://rfc.zeromq.org/spec/32): the vehicle's public one, and this client's own pair. All three, or none for ipc.
	ServerKey, PublicKey, SecretKey string
}

// NoAnswerError says that a vehicle has not answered. Whether it has done what it was asked is not known.
type NoAnswerError struct {
	Address string
	Waited  time.Duration
}

func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("no answer from %s for %v: is the vehicle in reach, telemetry.commands true there, and this client's key authorised?",
		e.Address, e.Waited.Round(time.Millisecond))
}

// RefusedError is a vehicle's refusal, with its reason.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }
