package doctor

import (
	"errors"
	"io/fs"

	"lanekeeper/daemon"
)

// checkRunDir looks at the directory of the control sockets.
func checkRunDir(s *System) []Finding {
	dir := s.Place.RunDir
	create := "sudo systemd-tmpfiles --create"
	if !s.installed() {
		create = "sudo install -d -o " + s.userName(s.Caller.UID) + " " + dir
	}
	uid, _, mode, err := s.owner(dir)
	owner, found := s.userID(account)
	switch {
	case errors.Is(err, fs.ErrNotExist) && dir != daemon.DefaultRunDir:
		return []Finding{warn("mkdir -p "+dir, "no %s", dir)}
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{s.needed(create, "no %s", dir)}
	case err != nil:
		return []Finding{unseen(err)}
	case !mode.IsDir():
		return []Finding{fail("sudo rm "+dir+" && "+create, "%s is no directory", dir)}
	case dir == daemon.DefaultRunDir && found && uid != owner:
		return []Finding{s.needed(create, "%s belongs to %s, not to %s", dir, s.userName(uid), account)}
	case dir == daemon.DefaultRunDir && found:
		return []Finding{okay("%s belongs to %s", dir, account)}
	}
	return []Finding{okay("%s", dir)}
}
