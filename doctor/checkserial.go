package doctor

import (
	"path/filepath"
	"slices"
	"strings"
)

// checkSerial looks at the ports that motor controllers have. ModemManager opens each new ttyACM to see whether it is a
// modem, which keeps others out and sends the controller bytes that it does not expect.
func checkSerial(s *System) []Finding {
	modems := s.glob("/dev/ttyACM[0-9]*")
	ports := slices.Concat(modems, s.glob("/dev/ttyUSB[0-9]*"))
	if len(ports) == 0 {
		return []Finding{skip("no /dev/ttyACM* or ttyUSB*: nothing to check")}
	}
	var found []Finding
	var good []string
	for _, port := range ports {
		if f, bad := s.deviceGroup(port, "dialout", "tty"); bad {
			found = append(found, f)
		} else {
			good = append(good, port)
		}
	}
	if len(modems) > 0 && s.runs("ModemManager") && !s.modemRule() {
		found = append(found, warn("sudo systemctl disable --now ModemManager",
			"ModemManager runs, and takes %s for a modem", strings.Join(modems, ", ")))
	}
	if len(good) > 0 {
		found = append(found, okay("%s", strings.Join(good, ", ")))
	}
	return found
}

// runs looks for a process by its name, as the kernel cuts it.
func (s *System) runs(name string) bool {
	for _, comm := range s.glob("/proc/[0-9]*/comm") {
		if s.value(comm) == name {
			return true
		}
	}
	return false
}

// modemRule tells whether a udev rule of ours tells ModemManager to keep away.
func (s *System) modemRule() bool {
	for _, dir := range []string{"/etc", "/lib", "/usr/lib", "/run"} {
		for _, rules := range s.glob(filepath.Join(dir, "udev/rules.d/*"+account+"*.rules")) {
			if strings.Contains(s.value(rules), "ID_MM_DEVICE_IGNORE") {
				return true
			}
		}
	}
	return false
}
