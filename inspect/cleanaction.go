package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// CleanAction is a daemon's flag --clean: it removes what dead owners left of the segments, under the names that they have
// unless they were renamed. A unit runs it as root before the start, for what root left, and after the end. A living owner,
// and nothing there, are nothing to do. One daemon has it for all: the one that starts fastest.
func CleanAction() daemon.Action {
	return daemon.Action{
		Flag: "clean",
		Doc:  "remove what dead owners left of all segments and exit; needs no configuration",
		Run: func(_ context.Context, p daemon.Place, stdout io.Writer) error {
			var errs []error
			for _, name := range []string{msg.CameraFeed, msg.DetectionResults, msg.ControlCommands} {
				err := Clean(p, name)
				switch {
				case errors.Is(err, shm.ErrBusy), errors.Is(err, ErrNothing):
				case err != nil:
					errs = append(errs, err)
				default:
					_, err = fmt.Fprintln(stdout, "removed", p.Prefix+name)
					errs = append(errs, err)
				}
			}
			return errors.Join(errs...)
		},
	}
}
