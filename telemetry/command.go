package telemetry

import (
	"encoding/json"
	"time"
)

// The commands that a vehicle takes from afar. Arming and clearing an emergency stop are not among them: they stay on the vehicle.
const (
	CommandHello  = "hello"  // begins a session; the answer's result is a Welcome
	CommandPause  = "pause"  // the vehicle stops and stays armed
	CommandResume = "resume" // it goes on
	CommandTake   = "take"   // take control: from now on losing this link stops the vehicle
	CommandKeep   = "keep"   // the link is alive; at least every KeepEvery while in control
	CommandGive   = "give"   // give control back
	CommandStop   = "estop"  // emergency stop, until it is cleared on the vehicle
	CommandParams = "params" // the result is []Param
	CommandSet    = "set"    // args are a Setting; the result says which keys changed
	CommandReset  = "reset"  // forget what was tracked
)

const (
	// MaxAge is how old a request that lets the vehicle move may be: resume, take, give, set and reset. Stopping has no age.
	MaxAge = time.Second
	// KeepEvery is how often whoever has control says that the link is alive.
	KeepEvery = 200 * time.Millisecond
	// MaxRequestBytes bounds a request.
	MaxRequestBytes = 16 << 10
)

// What a key may do.
const (
	MayView    = "view"    // look, list parameters, pause and stop
	MayOperate = "operate" // all commands
)

// Request is a command. A session begins with hello, on one connection; it knows whose key that connection showed. Seq must
// grow from request to request, so a request that is sent again is refused: on the same connection by Seq, on another
// because the session is not that connection's, and after a restart because the session is not known. A request that
// lets the vehicle move is refused too when it is older than MaxAge: the network has held it back.
type Request struct {
	Session string          `json:"session,omitempty"` // from the Welcome
	Seq     uint64          `json:"seq"`               // from 1
	AtNs    int64           `json:"at_ns,omitempty"`   // when it was made, by the vehicle's clock as the last answer told it
	Command string          `json:"command"`
	Args    json.RawMessage `json:"args,omitempty"`
}

// Answer tells what became of a request.
type Answer struct {
	Seq    uint64          `json:"seq"`
	OK     bool            `json:"ok"`
	Error  string          `json:"error,omitempty"` // why it was refused, and what to do
	Hello  bool            `json:"hello,omitempty"` // refused only because the session is not known: begin another and ask again
	Result json.RawMessage `json:"result,omitempty"`
	NowNs  int64           `json:"now_ns"` // CLOCK_MONOTONIC of the vehicle, when this was made
}

// Welcome is the result of hello.
type Welcome struct {
	Session string `json:"session"`
	Name    string `json:"name"` // of the key, as the vehicle knows it
	May     string `json:"may"`  // MayView or MayOperate
	Version string `json:"version"`
	PID     int    `json:"pid"`
}

// Setting asks for new values: all of them, or with an error none.
type Setting struct {
	Daemon string         `json:"daemon"`
	Values map[string]any `json:"values"`
}

// Changed is the result of set.
type Changed struct {
	Changed []string `json:"changed"`
}

// Param is a key of a daemon's configuration that set may change.
type Param struct {
	Daemon  string   `json:"daemon"`
	Name    string   `json:"name"`           // control.steering.kp
	Value   any      `json:"value"`          // durations as text
	Default any      `json:"default"`        // built in
	Allowed string   `json:"allowed"`        // in words
	Unit    string   `json:"unit,omitempty"` // 1/m
	Min     string   `json:"min,omitempty"`  // a number or a duration
	Max     string   `json:"max,omitempty"`
	OneOf   []string `json:"one_of,omitempty"`
	Doc     string   `json:"doc,omitempty"`
	Live    bool     `json:"live"`
}
