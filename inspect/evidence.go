package inspect

import (
	"time"

	"lanekeeper/daemon"
	"lanekeeper/shm"
)

// recent is how young a record is whose writer most likely lives.
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
	pid = shm.Inspect(e.place.ShmDir, e.place.Prefix, k.segment).OwnerPid
	return pid, pid > 0
}

// publishes tells whether a daemon wrote a record a moment ago. Then it lives, perhaps in a container whose processes cannot
// be seen from here, or has died this very second.
func (e evidence) publishes(k known) bool {
	i := shm.Inspect(e.place.ShmDir, e.place.Prefix, k.segment)
	return i.Err == nil && !i.Closed && i.PublishNs > 0 && e.nowNs-i.PublishNs < recent
}
