// Package order is what the daemons are told, over their control sockets, about who gives them an order.
package order

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"lanekeeper/daemon"
)

// Limits of what a request may say: it goes into logs, and onto pages.
const (
	MaxNameBytes = 64
	MaxIDBytes   = 128
)

// Names of those who do not say theirs.
const (
	AtVehicle = "vehicle" // a person, or a program, on the vehicle
	Unknown   = "unknown" // who says it in a way that is not understood
)

// Giver is whoever gives an order.
type Giver struct {
	By string `json:"by"` // a name for log and events
	ID string `json:"id"` // tells one operator at a distance from another; empty for who is at the vehicle
	// AtNs is when the order was made, CLOCK_MONOTONIC; 0 when it came.
	AtNs int64 `json:"at_ns,omitempty"`
}

// AskedNs is when an order was asked for that was heard at heardNs: not later, whatever its giver's clock says.
func (g *Giver) AskedNs(heardNs int64) int64 {
	if g.AtNs <= 0 {
		return heardNs
	}
	return min(g.AtNs, heardNs)
}

// Read takes a request's body, a JSON object or nothing. The error is a *daemon.UsageError; whoever must obey all the same
// finds Unknown as the name.
func Read(body []byte) (Giver, error) {
	g := Giver{By: AtVehicle}
	if len(bytes.TrimSpace(body)) == 0 {
		return g, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	err := dec.Decode(&g)
	if err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the object")
		}
	}
	if err == nil {
		err = g.check()
	}
	if err != nil {
		return Giver{By: Unknown}, &daemon.UsageError{Err: fmt.Errorf(`request: {"by": NAME, "id": ID, "at_ns": TIME} expected: %w`, err)}
	}
	return g, nil
}

func (g *Giver) check() error {
	if g.By == "" || len(g.By) > MaxNameBytes || !printable(g.By) {
		return fmt.Errorf("by: 1 to %d printable ASCII characters expected", MaxNameBytes)
	}
	if len(g.ID) > MaxIDBytes || !printable(g.ID) {
		return fmt.Errorf("id: at most %d printable ASCII characters expected", MaxIDBytes)
	}
	return nil
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
