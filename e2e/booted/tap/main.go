// Command tap runs in a machine under test and writes each record of the pipeline as a line of JSON, as soon as it is
// published, until its standard input is closed. It needs no library that the machine may not have.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"

	"lanekeeper/e2e/booted/record"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

func main() {
	var out sync.Mutex
	lines := json.NewEncoder(os.Stdout)
	say := func(r record.Record) {
		out.Lock()
		defer out.Unlock()
		if lines.Encode(r) != nil {
			os.Exit(0) // nobody listens any more
		}
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	go follow(msg.DetectionResults, msg.KindDetection, func(rec shm.Record) error {
		var d msg.Detection
		err := d.Decode(rec.Payload)
		if err == nil {
			say(record.Record{
				Detection: true, PublishNs: rec.PublishNs, FrameID: d.FrameID, CaptureNs: d.CaptureNs,
				Evaluated: d.FramesEvaluated, Overrun: d.FramesOverrun, Skipped: d.FramesSkipped,
			})
		}
		return err
	})
	follow(msg.ControlCommands, msg.KindCommand, func(rec shm.Record) error {
		var c msg.Command
		err := c.Decode(rec.Payload)
		if err == nil {
			say(record.Record{
				PublishNs: rec.PublishNs, FrameID: c.FrameID, CaptureNs: c.CaptureNs, ValidUntilNs: c.ValidUntilNs,
				Mode: c.Mode, Reason: c.Reason, Throttle: c.Throttle, Steering: c.Steering,
			})
		}
		return err
	})
}

// follow hands over each record of a segment, whoever owns it, until the process ends.
func follow(name string, kind uint32, take func(shm.Record) error) {
	in, err := shm.Open(shm.ReaderOptions{Name: name, Kind: kind})
	if err != nil {
		panic(err)
	}
	for ctx := context.Background(); ; {
		if in.Next(ctx) != nil {
			continue // a file cut short by a test
		}
		if err := in.View(take); errors.Is(err, msg.ErrMalformed) {
			panic(err)
		}
	}
}
