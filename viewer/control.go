package viewer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lanekeeper/telemetry"
)

const (
	commandPatience = 5 * time.Second // for a vehicle's answer
	keepPatience    = time.Second
	holdPatience    = 6 * time.Second // without a keep: every vehicle has ended the page's control by then
)

// do has the vehicle carry out a command that a page asks for. To the vehicle all pages of this viewer are one, so it is here
// that one page's control is kept from the others. Stopping is never refused.
func (v *vehicle) do(ctx context.Context, page, command string, args json.RawMessage) (telemetry.Answer, error) {
	if !v.about.Commands {
		return telemetry.Answer{}, errors.New("this viewer gives the vehicle no commands: it has no address or key for them")
	}
	if err := v.may(page, command); err != nil {
		return telemetry.Answer{}, err
	}
	// A command that is under way is not taken back when its page goes.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commandPatience)
	defer cancel()
	answer, err := v.source.Do(ctx, command, args)
	if err != nil || !answer.OK {
		return answer, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case command == telemetry.CommandTake && v.open(page):
		v.holder, v.keptAt = page, time.Now()
	case command == telemetry.CommandGive && v.holder == page:
		v.holder = ""
	}
	return answer, nil
}

// may says why a page may not give a command.
func (v *vehicle) may(page, command string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch command {
	case telemetry.CommandPause, telemetry.CommandStop:
		return nil
	case telemetry.CommandTake, telemetry.CommandGive:
		if !v.open(page) {
			return fmt.Errorf("%s: no open page asks for it", command)
		}
	}
	if v.holder != "" && v.holder != page && time.Since(v.keptAt) > holdPatience {
		v.loseControl() // it is hidden, or stuck
	}
	if v.holder != "" && v.holder != page {
		return fmt.Errorf("%s: another page of this viewer has control; give it back there, or close that page", command)
	}
	return nil
}

// loseControl has nobody hold control, and tells the page that did; the caller holds mu.
func (v *vehicle) loseControl() {
	for o := range v.pages {
		if o.page == v.holder {
			o.putNote(TypeEnded, Ended{Type: TypeEnded, Vehicle: v.about.ID})
		}
	}
	v.holder = ""
}

// open tells whether a page's stream is there; the caller holds mu.
func (v *vehicle) open(page string) bool {
	for o := range v.pages {
		if o.page == page {
			return true
		}
	}
	return false
}

// keep passes on that the page which has control is still there. It waits for nothing: while one is under way, another is
// not needed.
func (v *vehicle) keep(ctx context.Context, page string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.holder != page {
		return
	}
	v.keptAt = time.Now()
	if v.keepBusy {
		return
	}
	v.keepBusy = true
	go func() {
		ctx, cancel := context.WithTimeout(ctx, keepPatience)
		defer cancel()
		answer, err := v.source.Keep(ctx)
		v.mu.Lock()
		defer v.mu.Unlock()
		v.keepBusy = false
		if err == nil && !answer.OK && v.holder == page {
			v.loseControl() // the vehicle has ended it
		}
	}()
}
