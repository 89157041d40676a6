package inspect

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lanekeeper/daemon"
)

// procDir is where the kernel tells of processes.
const procDir = "/proc"

// process is a running program, as proc(5) tells of it.
type process struct {
	pid  int
	name string
	args []string // after the program's own name
	dir  string   // working directory; empty when it may not be known
}

// processes finds the processes of the given names. One that ends meanwhile is passed over.
func processes(proc string, names ...string) ([]process, error) {
	entries, err := os.ReadDir(proc)
	if err != nil {
		return nil, fmt.Errorf("looking for processes: %w", err)
	}
	var found []process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		comm, err := os.ReadFile(filepath.Join(proc, e.Name(), "comm"))
		if err != nil {
			continue
		}
		for _, name := range names {
			if strings.TrimSuffix(string(comm), "\n") != name {
				continue
			}
			text, err := os.ReadFile(filepath.Join(proc, e.Name(), "cmdline"))
			args := strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
			if err != nil || args[0] == "" { // a zombie has none
				continue
			}
			dir, _ := os.Readlink(filepath.Join(proc, e.Name(), "cwd"))
			found = append(found, process{pid: pid, name: name, args: args[1:], dir: dir})
		}
	}
	return found, nil
}

// isAt tells whether the process is a daemon of the given place: its flags say so, as package daemon reads them.
func (p process) isAt(place daemon.Place) bool {
	prefix, runDir := "", daemon.DefaultRunDir
	for i, arg := range p.args {
		name, value, joined := strings.Cut(arg, "=")
		if !strings.HasPrefix(name, "-") {
			continue
		}
		if !joined && i+1 < len(p.args) {
			value = p.args[i+1]
		}
		switch strings.TrimLeft(name, "-") {
		case "prefix":
			prefix = value
		case "run-dir":
			runDir = value
		case "halt", "clean", "reload", "check-config", "print-config", "version", "help", "h": // does that one thing and ends
			return false
		}
	}
	return prefix == place.Prefix && p.sameDir(runDir, place.RunDir)
}

// sameDir compares a directory of the process's with one of ours; when it cannot tell, they are the same.
func (p process) sameDir(theirs, ours string) bool {
	if !filepath.IsAbs(theirs) {
		if p.dir == "" {
			return true
		}
		theirs = filepath.Join(p.dir, theirs)
	}
	ours, err := filepath.Abs(ours)
	return err != nil || filepath.Clean(theirs) == ours
}
