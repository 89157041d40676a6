package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// checkRestart finds daemons whose program was replaced since they started: an upgrade does not touch what runs.
func checkRestart(s *System) []Finding {
	var pending []string
	var found []Finding
	for _, d := range s.running() {
		if d.PID == 0 {
			continue
		}
		program, err := os.Readlink(s.path(fmt.Sprintf("/proc/%d/exe", d.PID)))
		switch {
		case errors.Is(err, fs.ErrPermission):
			found = append(found, skip("not checked: whether the program of %s (pid %d) was replaced; use sudo", d.Name, d.PID))
		case strings.HasSuffix(program, " (deleted)"): // proc(5)
			pending = append(pending, d.Name)
		}
	}
	if len(pending) > 0 {
		found = append(found, warn("when the vehicle stands: "+s.restart(pending...), "pending: %s runs a program that was replaced since",
			strings.Join(pending, ", ")))
	}
	if len(found) == 0 {
		found = append(found, okay("none pending"))
	}
	return found
}
