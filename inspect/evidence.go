package inspect

import (
	"time"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// recent is how young a record must be to show that its writer lives.
const recent = int64(time.Second)

// evidence is what shows that daemons live, without a connection to any.
type evidence struct {
	place     daemon.Place
	processes []process
	nowNs     int64
}

func gather(place daemon.Place) (evidence, error) {
	var names []string
	for _, k := range knownDaemons() {
		names = append(names, k.name)
	}
	found, err := processes(procDir, names...)
	return evidence{place: place, processes: found, nowNs: shm.NowNs()}, err
}

// of tells whether a daemon lives, and its pid where that is known.
func (e evidence) of(k known) (pid int, alive bool) {
	for _, p := range e.processes {
		if p.name == k.name && p.isAt(e.place) {
			return p.pid, true
		}
	}
	if k.segment == "" {
		return 0, false
	}
	i := shm.Inspect(e.place.ShmDir, e.place.Prefix, k.segment)
	if i.OwnerPid > 0 {
		return i.OwnerPid, true
	}
	return 0, i.Err == nil && !i.Closed && i.PublishNs > 0 && e.nowNs-i.PublishNs < recent
}
