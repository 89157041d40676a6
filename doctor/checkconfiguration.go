package doctor

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// Config is what a daemon's own --check-config says of its file.
type Config struct {
	Daemon  string
	Program string // of the daemon; empty where it is not installed
	Bad     bool
	Says    string // what is wrong, a line each
	Err     error  // why it could not be asked
}

// configFile is where a daemon looks for its file.
func configFile(name string) string { return "/etc/" + account + "/" + name + ".yaml" }

// checkConfiguration passes on what the daemons say of their files. One that we may not read, its daemon may still.
func checkConfiguration(s *System) []Finding {
	var found []Finding
	for _, c := range s.Configs {
		file := configFile(c.Daemon)
		f, err := os.Open(s.path(file))
		if err == nil {
			_ = f.Close() // nothing was written
		}
		switch {
		case c.Program == "":
		case errors.Is(err, fs.ErrPermission):
			found = append(found, unseen(s.plain(err)))
		case c.Err != nil:
			found = append(found, skip("not checked: %v", c.Err))
		case c.Bad:
			mend := "sudoedit " + file + ", then: " + c.Daemon + " --check-config"
			for line := range strings.Lines(c.Says) {
				found = append(found, fail(mend, "%s", strings.TrimSpace(line)))
			}
		case err != nil:
			found = append(found, okay("%s: built-in values, for there is no %s", c.Daemon, file))
		default:
			found = append(found, okay("%s: %s", c.Daemon, file))
		}
	}
	if len(found) == 0 {
		found = append(found, skip("not checked: no daemon beside lanectl or in PATH"))
	}
	return found
}
