package doctor

import (
	"errors"
	"io/fs"
)

// checkEmergencyStop looks for the file that controld remembers an emergency stop by, in its usual state directory.
func checkEmergencyStop(s *System) []Finding {
	file := "/var/lib/" + account + "/" + s.Place.Prefix + "emergency-stop"
	_, _, _, err := s.owner(file)
	switch {
	case err == nil:
		since := ""
		if text := s.value(file); text != "" {
			since = " since " + text
		}
		return []Finding{warn("see that the vehicle may drive again, then: lanectl estop --clear",
			"pulled%s: the vehicle stays neutral (%s)", since, file)}
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{okay("not pulled (no %s)", file)}
	}
	return []Finding{unseen(err)}
}
