package guest

import (
	"encoding/json"
	"fmt"
	"strings"

	"lanekeeper/daemon"
)

// What the daemons say of themselves, as far as the tests look at it.
type (
	eye struct {
		Published uint64  `json:"frames_published"`
		FPS       float64 `json:"fps"`
	}
	finder struct {
		Evaluated uint64  `json:"frames_evaluated"`
		FPS       float64 `json:"fps"`
		P50Ms     float64 `json:"processing_p50_ms"`
	}
	driver struct {
		State    string  `json:"state"`
		Inputs   string  `json:"inputs"`
		Armed    bool    `json:"armed"`
		FrameID  int64   `json:"frame_id"`
		Commands uint64  `json:"commands"`
		RateHz   float64 `json:"rate_hz"`
		P50Ms    float64 `json:"latency_p50_ms"`
		P99Ms    float64 `json:"latency_p99_ms"`
	}
)

// status asks lanectl for a daemon's own part, as a person would. It takes a second to start here: to ask again and again,
// there is awaitStatus.
func status[D any](v *vehicle, name string) D {
	v.t.Helper()
	var all struct {
		Daemons []struct {
			Name   string          `json:"name"`
			Detail json.RawMessage `json:"detail"`
		} `json:"daemons"`
	}
	text := command(v.t, "lanectl", "status", "--json")
	err := json.Unmarshal([]byte(text), &all)
	for _, d := range all.Daemons {
		var detail D
		if d.Name == name && json.Unmarshal(d.Detail, &detail) == nil {
			return detail
		}
	}
	v.t.Fatalf("lanectl status --json: %v, no %s in\n%s", err, name, text)
	panic("unreachable")
}

// awaitStatus asks a daemon itself until its line, or its own part, fits.
func awaitStatus[D any](v *vehicle, name, what string, fits func(line string, detail D) bool) (line string, detail D) {
	v.t.Helper()
	var err error
	defer func() {
		if v.t.Failed() {
			v.t.Log(strings.TrimSpace(fmt.Sprintf("%s, %s: last said %q, %+v, %v", name, what, line, detail, err)))
		}
	}()
	await(v.t, name+": "+what, func() bool {
		var d D
		s := daemon.Status{Detail: &d}
		if err = daemon.Get(v.t.Context(), daemon.SocketPath(daemon.DefaultRunDir, "", name), "/status", &s); err != nil {
			return false
		}
		line, detail = s.Line, d
		return fits(line, d)
	})
	return line, detail
}
