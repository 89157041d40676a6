package command

import (
	"encoding/json"

	"lanekeeper/telemetry"
)

// call is a command under way, in the client.
type call struct {
	command string
	args    json.RawMessage
	madeNs  int64 // by this machine's clock
	endNs   int64 // the answer must have come
	seq     uint64
	sentNs  int64
	again   bool // it was refused once because the session was not known
	done    chan outcome
}

// outcome is what became of it.
type outcome struct {
	answer telemetry.Answer
	err    error
}

func (c *call) end(o outcome) { c.done <- o } // which has room for the only one
