package inspect

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// Segment is what can be said of one segment.
type Segment struct {
	Name     string   `json:"name"` // without the prefix
	Kind     string   `json:"kind,omitempty"`
	Bytes    int64    `json:"bytes"`
	Slots    int      `json:"slots,omitempty"`
	OwnerPID int      `json:"owner_pid,omitempty"` // 0: the owner is dead
	Records  uint64   `json:"records"`
	AgeMs    *float64 `json:"age_ms"` // of the newest record; null when there is none
	State    State    `json:"state"`
	Problem  string   `json:"problem,omitempty"` // and how to mend it
}

// State is how a segment is.
type State string

// The states of a segment.
const (
	StateOpen    State = "open"
	StateClosed  State = "closed"  // no record will follow
	StateDead    State = "dead"    // left by a process that ended
	StateRefused State = "refused" // may not be read by this user
	StateDamaged State = "damaged" // cannot be read by anyone
)

func newSegment(place daemon.Place, i shm.Info, nowNs int64) Segment {
	s := Segment{Name: i.Name, Bytes: i.Bytes, OwnerPID: i.OwnerPid, State: StateOpen}
	if i.Err == nil {
		s.Kind, s.Slots, s.Records = msg.KindName(i.Kind), i.Slots, i.Head
		if i.PublishNs > 0 {
			age := float64(nowNs-i.PublishNs) / 1e6
			s.AgeMs = &age
		}
	}
	switch {
	case errors.Is(i.Err, shm.ErrNoSegment) && i.OwnerPid > 0:
		s.State, s.Problem = StateDamaged, fmt.Sprintf("removed, or not made yet: its owner, pid %d, makes it anew by itself", i.OwnerPid)
	case errors.Is(i.Err, shm.ErrNoSegment):
		s.State, s.Problem = StateDead, "only the lock file of a dead process is left: "+Cleaning(place, i.Name)
	case errors.Is(i.Err, fs.ErrPermission):
		s.State, s.Problem = StateRefused, i.Err.Error()
	case i.Err != nil:
		s.State, s.Problem = StateDamaged, i.Err.Error()
	case i.Closed:
		s.State = StateClosed
	case i.OwnerPid == 0:
		s.State = StateDead
	}
	if i.Err == nil && i.OwnerPid == 0 {
		s.Problem = "its owner is dead: " + Cleaning(place, i.Name)
	}
	return s
}

// Cleaning is the command that removes what a dead owner left.
func Cleaning(place daemon.Place, name string) string {
	var b strings.Builder
	info, err := os.Lstat(lockPath(place, name))
	if err != nil {
		info, err = os.Lstat(segmentPath(place, name))
	}
	if err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && os.Geteuid() != 0 && int(st.Uid) != os.Geteuid() {
			b.WriteString("sudo ")
		}
	}
	b.WriteString("lanectl clean")
	if place.ShmDir != daemon.DefaultShmDir {
		b.WriteString(" --shm-dir " + place.ShmDir)
	}
	if place.Prefix != "" {
		b.WriteString(" --prefix " + place.Prefix)
	}
	return b.String() + " " + name
}
