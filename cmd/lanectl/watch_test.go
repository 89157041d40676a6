package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pebbe/zmq4"

	"lanekeeper/telemetry/screen"
)

// TestWatch shows what a vehicle's streams tell, and says what is wrong where none comes.
func TestWatch(t *testing.T) {
	z, err := zmq4.NewContext()
	if err != nil {
		t.Fatal(err)
	}
	var streams [2]*zmq4.Socket // lane-detectd's, controld's
	var at [2]string
	for i := range streams {
		streams[i], err = z.NewSocket(zmq4.PUB)
		if err == nil {
			err = errors.Join(streams[i].SetLinger(0), streams[i].Bind("tcp://127.0.0.1:*"))
		}
		if err == nil {
			at[i], err = streams[i].GetLastEndpoint()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for id := 1; ; id++ {
			select {
			case <-tick.C:
			case <-stop:
				return
			}
			_, errLane := streams[0].SendMessage("lane", fmt.Sprintf(`{"frame_id":%d,"capture_ns":5,"sent_ns":6,"offset_m":0.25}`, id))
			_, errControl := streams[1].SendMessage("control", `{"state":"stopped","reason":"paused","sent_ns":6}`)
			if err := errors.Join(errLane, errControl); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for _, asJSON := range []bool{false, true} {
		var out, problems bytes.Buffer
		args := []string{"watch", "--once", "--control", at[1], at[0]}
		if asJSON {
			args = append([]string{"watch", "--json"}, args[1:]...)
		}
		if err := run(t.Context(), args, &out, &problems); err != nil {
			t.Fatal(err, problems.String())
		}
		var r screen.Report
		switch {
		case !asJSON:
			if !strings.Contains(out.String(), "STOPPED (paused)") || !strings.Contains(out.String(), "offset   +0.25 m") {
				t.Error(out.String())
			}
		case json.Unmarshal(out.Bytes(), &r) != nil || r.Control == nil || r.Control.Value.Reason != "paused" || r.Lane == nil:
			t.Errorf("%s", out.String())
		}
	}
	close(stop)
	<-stopped
	if err := errors.Join(streams[0].Close(), streams[1].Close(), z.Term()); err != nil {
		t.Error(err)
	}
	var out bytes.Buffer
	err = run(t.Context(), []string{"watch", "--once", "--control", at[1], at[0]}, &out, &out)
	if err == nil || !strings.HasPrefix(err.Error(), "no message from lane-detectd at "+at[0]) {
		t.Error(err)
	}
}

// TestWatchUsage refuses what makes no sense.
func TestWatchUsage(t *testing.T) {
	for _, args := range [][]string{
		{"car:5557"}, {"tcp://a:5557", "tcp://b:5557"}, {"--interval", "1ms"}, {"--server-key", "short", "tcp://a:5557"}, {"ipc:///x"},
	} {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"watch"}, args...), &out, &out)
		var mistake usageError
		if !errors.As(err, &mistake) {
			t.Errorf("%q: %v", args, err)
		}
	}
}
