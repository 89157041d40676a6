package doctor

import (
	"strconv"
	"strings"
)

// hotMilliC is where a Raspberry Pi begins to slow down.
const hotMilliC = 80_000

// checkTemperature looks at the hottest zone.
func checkTemperature(s *System) []Finding {
	hottest, name := -1<<31, ""
	for _, file := range s.glob("/sys/class/thermal/thermal_zone[0-9]*/temp") {
		if t, err := strconv.Atoi(s.value(file)); err == nil && t > hottest { // a zone that is off answers with an error
			hottest, name = t, s.value(strings.TrimSuffix(file, "temp")+"type")
		}
	}
	switch {
	case name == "":
		return []Finding{skip("no thermal zone tells")}
	case hottest >= hotMilliC:
		return []Finding{warn(betterCooling, "%.0f °C (%s): the board slows down", float64(hottest)/1000, name)}
	}
	return []Finding{okay("%.0f °C (%s)", float64(hottest)/1000, name)}
}
