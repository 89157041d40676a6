package sender

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/telemetry"
)

const (
	eventsEvery   = 100 * time.Millisecond
	eventsMissing = time.Second          // a daemon that has none may have them after an update
	eventPause    = 5 * time.Millisecond // between two, so that none falls out of a viewer's queue
	askPatience   = 2 * time.Second
	mostHistory   = 64
)

// events sends what has happened to the vehicle. Who subscribes gets the last events too, so others get them again: an
// event's id tells.
type events struct {
	socket string // the daemon's control socket
	pub    *publisher

	after  uint64 // id of the last one sent
	joined uint64
}

// eventList is the answer to GET /events.
type eventList struct {
	Events []telemetry.Event `json:"events"`
	Next   uint64            `json:"next"`
}

func (e *events) round(ctx context.Context) error {
	if !e.pub.wanted(ctx, telemetry.TopicEvent) {
		return nil
	}
	joined := e.pub.joins(telemetry.TopicEvent)
	if joined != e.joined {
		e.after = 0
	}
	list, err := e.ask(ctx)
	var refused *daemon.AnswerError
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
		pause(ctx, eventsMissing)
		return nil
	}
	if err != nil {
		return err
	}
	e.joined = joined
	if e.after == 0 && len(list.Events) > mostHistory {
		list.Events = list.Events[len(list.Events)-mostHistory:]
	}
	for i := range list.Events {
		if err := e.pub.send(telemetry.TopicEvent, list.Events[i]); err != nil {
			return err
		}
		e.after = list.Events[i].ID
		if i < len(list.Events)-1 {
			pause(ctx, eventPause)
		}
	}
	pause(ctx, eventsEvery)
	return nil
}

func (e *events) ask(ctx context.Context) (eventList, error) {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	var list eventList
	err := daemon.Get(ctx, e.socket, fmt.Sprintf("/events?after=%d", e.after), &list)
	return list, err
}
