package doctor

import (
	"slices"
	"strconv"
	"strings"

	"lanekeeper/daemon"
	"lanekeeper/units"
)

// listens is the flag of a socket that takes connections, in the kernel's list (__SO_ACCEPTCON).
const listens = 1 << 16

// checkSockets finds control sockets behind which nobody is: neither a daemon nor systemd. It connects to none of them.
func checkSockets(s *System) []Finding {
	listening, err := s.listening()
	if err != nil {
		return []Finding{unseen(err)}
	}
	var found []Finding
	var good []string
	for _, d := range s.View.Daemons {
		path := daemon.SocketPath(s.Place.RunDir, s.Place.Prefix, d.Name)
		switch {
		case !s.exists(path):
		case listening[path] && d.Running:
			good = append(good, d.Name)
		case listening[path] && s.holds(d.Name):
			good = append(good, d.Name+" (held by systemd: a connection starts it)")
		case listening[path]:
			good = append(good, d.Name+" (held by somebody who is not seen from here)")
		case !d.Running:
			found = append(found, warn("sudo rm "+path+"; the next start replaces it as well", "%s: nobody listens there", path))
		}
	}
	return withGood(found, good)
}

// holds tells whether systemd holds a daemon's socket.
func (s *System) holds(name string) bool {
	return s.Place.Prefix == "" && slices.ContainsFunc(s.Units, func(u units.Unit) bool {
		return u.ID == name+".socket" && u.Active == "active"
	})
}

// listening are the paths of the sockets that somebody listens at: of each line the number, references, protocol, flags,
// type, state, inode and path.
func (s *System) listening() (map[string]bool, error) {
	text, err := s.read("/proc/net/unix")
	found := map[string]bool{}
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) == 8 {
			if flags, err := strconv.ParseUint(f[3], 16, 32); err == nil && flags&listens != 0 {
				found[f[7]] = true
			}
		}
	}
	return found, err
}
