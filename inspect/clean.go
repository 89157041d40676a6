package inspect

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// ErrNothing says that there is nothing of that name.
var ErrNothing = errors.New("nothing there")

// Clean removes what a dead owner left of a segment: the segment, its lock file, and one that was being built. The error
// is shm.ErrBusy, with the owner's pid, when the owner lives, and ErrNothing when there is nothing to remove.
func Clean(place daemon.Place, name string) error {
	// Before the lock is tried: another user's lock file cannot even be opened, but who holds it can be seen.
	i := shm.Inspect(place.ShmDir, place.Prefix, name)
	if i.OwnerPid > 0 {
		return fmt.Errorf("cleaning %s: %w: pid %d lives; stop it first", segmentPath(place, name), shm.ErrBusy, i.OwnerPid)
	}
	if errors.Is(i.Err, shm.ErrNoSegment) && !exists(lockPath(place, name)) && !exists(segmentPath(place, name)+".new") {
		return fmt.Errorf("cleaning %s: %w", segmentPath(place, name), ErrNothing)
	}
	return shm.Clean(place.ShmDir, place.Prefix, name)
}

// Outcome is what became of one segment in a sweep.
type Outcome struct {
	Name string
	Kept string // why it stays; empty when it was removed
	Err  error  // why it stays although its owner is dead
}

// Sweep cleans every segment whose name begins with the place's prefix and whose owner is dead. What may be somebody
// else's stays: a file that is no segment, and a lone lock file without a name of ours.
func Sweep(place daemon.Place) ([]Outcome, error) {
	list, err := shm.List(place.ShmDir, place.Prefix)
	if err != nil {
		return nil, err
	}
	var all []Outcome
	for _, i := range list {
		o := Outcome{Name: i.Name}
		switch {
		case i.OwnerPid > 0:
			o.Kept = fmt.Sprintf("pid %d owns it", i.OwnerPid)
		case errors.Is(i.Err, shm.ErrForeign):
			o.Kept = i.Err.Error()
		case errors.Is(i.Err, shm.ErrNoSegment) && place.Prefix == "" && !ours(i.Name):
			o.Kept = "a lone lock file, perhaps of another program; if not: " + Cleaning(place, i.Name)
		default:
			o.Err = Clean(place, i.Name)
			if errors.Is(o.Err, ErrNothing) {
				continue // its owner was on its way out
			}
			if errors.Is(o.Err, shm.ErrBusy) {
				o.Kept, o.Err = o.Err.Error(), nil
			}
		}
		all = append(all, o)
	}
	return all, nil
}

func ours(name string) bool {
	return name == msg.CameraFeed || name == msg.DetectionResults || name == msg.ControlCommands
}

func segmentPath(place daemon.Place, name string) string {
	return filepath.Join(place.ShmDir, place.Prefix+filepath.Base(name)) // a leading slash, as in shm_open(3), is allowed
}

func lockPath(place daemon.Place, name string) string { return segmentPath(place, name) + ".lock" }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
