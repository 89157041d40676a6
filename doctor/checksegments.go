package doctor

import (
	"strings"

	"lanekeeper/inspect"
)

// checkSegments looks for segments that a dead owner left, and for those that cannot be read.
func checkSegments(s *System) []Finding {
	var found []Finding
	var good []string
	for _, segment := range s.View.Segments {
		switch {
		case segment.State == inspect.StateRefused:
			found = append(found, skip("not checked: %s", segment.Problem))
		case segment.State == inspect.StateDead && s.isRoots(segment.Name):
			found = append(found, warn(inspect.Cleaning(s.Place, segment.Name),
				"%s: root left it, so a daemon of another user cannot take it over", segment.Name))
		case segment.State == inspect.StateDead:
			found = append(found, warn(inspect.Cleaning(s.Place, segment.Name)+"; its daemon's next start does it as well",
				"%s: its owner is dead", segment.Name))
		case segment.Problem != "":
			what, mend := split(segment.Problem)
			found = append(found, fail(mend, "%s: %s", segment.Name, what))
		default:
			good = append(good, segment.Name)
		}
	}
	for _, problem := range s.View.Problems {
		if !strings.HasPrefix(problem, "the directory of control sockets") { // checkRunDir tells
			found = append(found, skip("not checked: %s", problem))
		}
	}
	return withGood(found, good)
}

// withGood adds what is in order to what was found, or that there is nothing at all.
func withGood(found []Finding, good []string) []Finding {
	switch {
	case len(good) > 0:
		found = append(found, okay("%s", strings.Join(good, ", ")))
	case len(found) == 0:
		found = append(found, okay("none"))
	}
	return found
}

// isRoots says whether root owns what is left of a segment.
func (s *System) isRoots(name string) bool {
	path := s.Place.ShmDir + "/" + s.Place.Prefix + name
	for _, file := range []string{path, path + ".lock"} {
		if uid, _, _, err := s.owner(file); err == nil && uid == 0 {
			return true
		}
	}
	return false
}
