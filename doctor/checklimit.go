package doctor

import (
	"slices"
	"strconv"
	"strings"
)

// checkMemoryLimit tells whether MemoryMax= of the units counts: Raspberry Pi OS switches the memory controller off.
func checkMemoryLimit(s *System) []Finding {
	controllers, err := s.read("/sys/fs/cgroup/cgroup.controllers")
	if err == nil && slices.Contains(strings.Fields(controllers), "memory") {
		return []Finding{okay("memory controller on (cgroup v2)")}
	}
	old, oldErr := s.read("/proc/cgroups")
	if err != nil && oldErr != nil {
		return []Finding{unseen(err)}
	}
	if err != nil { // without the unified hierarchy; its name, hierarchy, number of groups, and whether it is on
		for line := range strings.Lines(old) {
			if f := strings.Fields(line); len(f) == 4 && f[0] == "memory" && f[3] == "1" {
				return []Finding{okay("memory controller on (cgroup v1)")}
			}
		}
	}
	mend := "add cgroup_enable=memory to the kernel's command line, and reboot"
	if file := s.first("/boot/firmware/cmdline.txt", "/boot/cmdline.txt"); file != "" {
		mend = "sudo sed -i '1s/$/ cgroup_enable=memory/' " + file + " && sudo reboot"
	}
	return []Finding{warn(mend, "no memory controller: MemoryMax= of the units is not in force")}
}

// checkOpenFiles looks at the limit of this login, which daemons that are started by hand have; those of systemd have the
// unit's.
func checkOpenFiles(s *System) []Finding {
	const enough = 256
	text, err := s.read("/proc/self/limits")
	if err != nil {
		return []Finding{unseen(err)}
	}
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(line, "Max open files")
		if !ok {
			continue
		}
		soft, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if n, err := strconv.Atoi(soft); err == nil && n < enough {
			return []Finding{warn("ulimit -n 1024", "%d: a daemon that is started by hand may need more", n)}
		}
		return []Finding{okay("%s for this login", soft)}
	}
	return []Finding{skip("not checked: /proc/self/limits has no line of open files")}
}
