package doctor

import "fmt"

// The oldest kernel that Lanekeeper is made for: that of JetPack 5 and Debian 11.
const oldestMajor, oldestMinor = 5, 10

func checkKernel(s *System) []Finding {
	release, err := s.read("/proc/sys/kernel/osrelease")
	if err != nil {
		return []Finding{unseen(err)}
	}
	var major, minor int
	if n, _ := fmt.Sscanf(release, "%d.%d", &major, &minor); n != 2 {
		return []Finding{skip("not checked: %q is not a kernel's version", release)}
	}
	if major < oldestMajor || major == oldestMajor && minor < oldestMinor {
		return []Finding{fail("sudo apt-get update && sudo apt-get full-upgrade && sudo reboot; or install "+reference,
			"Linux %s: %d.%d or newer is needed", release, oldestMajor, oldestMinor)}
	}
	return []Finding{okay("Linux %s", release)}
}
