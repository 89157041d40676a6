package doctor

import (
	"strconv"
	"strings"
)

// Bits of the firmware's get_throttled, as Raspberry Pi's documentation of vcgencmd lists them. Each has a twin 16 bits
// higher that stays set once it has been.
const (
	throttleVoltage = 1 << 0
	throttleSpeed   = 1<<1 | 1<<2 | 1<<3 // frequency capped, throttled, soft temperature limit
	throttleSince   = 16
)

const (
	betterSupply  = "use a supply of 5.1 V and 3 A (Raspberry Pi 5: 5 A) with a short, thick cable, and another one for the motors"
	betterCooling = "fit a heat sink or a fan"
)

// checkPower looks at what the firmware of a Raspberry Pi has seen of its supply. Other boards do not tell.
func checkPower(s *System) []Finding {
	if !s.isRaspberryPi() {
		return []Finding{skip("only a Raspberry Pi tells of its supply")}
	}
	now, ever, source := s.throttled()
	if source == "" {
		return []Finding{skip("not checked: neither get_throttled nor the sensor rpi_volt is there; see: vcgencmd get_throttled")}
	}
	var found []Finding
	switch {
	case now&throttleVoltage != 0:
		found = append(found, fail(betterSupply, "undervoltage now (%s)", source))
	case ever&throttleVoltage != 0:
		found = append(found, warn(betterSupply, "undervoltage since the start (%s)", source))
	}
	switch {
	case now&throttleSpeed != 0:
		found = append(found, warn(betterCooling, "slowed down now (%s)", source))
	case ever&throttleSpeed != 0:
		found = append(found, warn(betterCooling, "slowed down since the start (%s)", source))
	}
	if len(found) == 0 {
		found = append(found, okay("no undervoltage since the start (%s)", source))
	}
	return found
}

// throttled reads the firmware's word; some kernels say once in their log that its file is deprecated. Where it is not
// there, the sensor tells of undervoltage alone.
func (s *System) throttled() (now, ever uint64, source string) {
	for _, file := range s.glob("/sys/devices/platform/soc*/soc*firmware/get_throttled") {
		text := s.value(file)
		if bits, err := strconv.ParseUint(strings.TrimPrefix(text, "0x"), 16, 32); err == nil {
			return bits, bits >> throttleSince, "get_throttled " + text
		}
	}
	for _, name := range s.glob("/sys/class/hwmon/hwmon[0-9]*/name") {
		if s.value(name) != "rpi_volt" {
			continue
		}
		switch s.value(strings.TrimSuffix(name, "name") + "in0_lcrit_alarm") {
		case "1":
			return 0, throttleVoltage, "sensor rpi_volt"
		case "0":
			return 0, 0, "sensor rpi_volt"
		}
	}
	return 0, 0, ""
}
