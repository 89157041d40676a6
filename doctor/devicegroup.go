package doctor

import (
	"fmt"
	"io/fs"
)

// deviceGroup finds fault with a device that its group may not use: then neither may the daemon, which is given that group.
func (s *System) deviceGroup(path, want, subsystem string) (f Finding, bad bool) {
	_, gid, mode, err := s.owner(path)
	if err != nil {
		return unseen(err), true
	}
	if name := s.groupName(gid); name != want || mode.Perm()&0o060 != 0o060 {
		rule := fmt.Sprintf(`SUBSYSTEM=="%s", GROUP="%s", MODE="0660"`, subsystem, want)
		write := fmt.Sprintf("echo '%s' | sudo tee /etc/udev/rules.d/70-lanekeeper-%s.rules", rule, want)
		return warn(write+" && sudo udevadm control --reload && sudo udevadm trigger",
			"%s has the group %s and the mode %#o: the group %s may not use it", path, name, mode&fs.ModePerm, want), true
	}
	return Finding{}, false
}
