package doctor

import "strings"

// checkI2C looks for the bus that a servo driver hangs on. On a Raspberry Pi that is number 1, on the pin header; others are
// those of the displays.
func checkI2C(s *System) []Finding {
	buses := s.glob("/dev/i2c-[0-9]*")
	const header = "/dev/i2c-1"
	switch {
	case s.isRaspberryPi() && !s.exists(header):
		return []Finding{warn("sudo raspi-config nonint do_i2c 0",
			"no %s: the bus on the pin header is off, as it is by default; a servo driver (PCA9685) needs it", header)}
	case len(buses) == 0:
		return []Finding{skip("no /dev/i2c-*: nothing to check; for a servo driver (PCA9685): sudo modprobe i2c-dev")}
	}
	var found []Finding
	var good []string
	for _, bus := range buses {
		if f, bad := s.deviceGroup(bus, "i2c", "i2c-dev"); bad {
			found = append(found, f)
		} else {
			good = append(good, bus)
		}
	}
	if len(good) > 0 {
		found = append(found, okay("%s", strings.Join(good, ", ")))
	}
	return found
}
