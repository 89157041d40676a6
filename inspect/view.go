package inspect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// View is a look at all that is there. Whatever could not be looked at is among its problems: a look never fails.
type View struct {
	Prefix   string    `json:"prefix,omitempty"`
	Daemons  []Daemon  `json:"daemons"`
	Segments []Segment `json:"segments"`
	Problems []string  `json:"problems"` // of the place as a whole
}

// Look looks at every daemon and every segment of a place. Daemons that live are asked at the same time, so that one that
// hangs costs two seconds and no more.
func Look(ctx context.Context, place daemon.Place) View {
	v := View{Prefix: place.Prefix, Segments: []Segment{}, Problems: []string{}}
	if _, err := os.Stat(place.RunDir); errors.Is(err, fs.ErrNotExist) {
		v.Problems = append(v.Problems, fmt.Sprintf("the directory of control sockets %s is missing: no daemon has been started here, or each "+
			"was given another --run-dir", place.RunDir))
	}
	e, err := gather(place)
	if err != nil {
		v.Problems = append(v.Problems, err.Error())
	}
	daemons := knownDaemons()
	v.Daemons = make([]Daemon, len(daemons))
	var asked sync.WaitGroup
	for i, k := range daemons {
		asked.Go(func() { v.Daemons[i] = e.lookAt(ctx, k) })
	}
	asked.Wait()
	list, err := shm.List(place.ShmDir, place.Prefix)
	if err != nil {
		v.Problems = append(v.Problems, err.Error())
	}
	now := shm.NowNs()
	for _, i := range list {
		v.Segments = append(v.Segments, newSegment(place, i, now))
	}
	return v
}
