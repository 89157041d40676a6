package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// CleanAction is a daemon's flag --clean: it removes what a dead owner left of the daemon's segment, under the name that it
// has unless it was renamed. A unit runs it as root before the start, for what root left, and after the end. A living owner,
// and nothing there, are nothing to do.
func CleanAction(segment string) daemon.Action {
	return daemon.Action{
		Flag: "clean",
		Doc:  "remove what a dead owner left of the segment " + segment + " and exit; needs no configuration",
		Run: func(_ context.Context, p daemon.Place, stdout io.Writer) error {
			err := Clean(p, segment)
			switch {
			case errors.Is(err, shm.ErrBusy), errors.Is(err, ErrNothing):
				return nil
			case err != nil:
				return err
			}
			_, err = fmt.Fprintln(stdout, "removed", p.Prefix+segment)
			return err
		},
	}
}
