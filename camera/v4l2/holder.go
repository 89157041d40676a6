package v4l2

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// holderAdvice names the process that has the device open, where /proc lets us see it.
func holderAdvice(procDir, path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	fds, err := filepath.Glob(filepath.Join(procDir, "[0-9]*", "fd", "*"))
	if err != nil {
		return "another process uses it"
	}
	own := fmt.Sprint(os.Getpid())
	for _, fd := range fds {
		if target, err := os.Readlink(fd); err != nil || target != path {
			continue
		}
		dir := filepath.Dir(filepath.Dir(fd))
		if filepath.Base(dir) == own {
			continue
		}
		name, err := os.ReadFile(filepath.Join(dir, "comm"))
		if err != nil {
			name = []byte("?")
		}
		return fmt.Sprintf("process %s (%s) uses it: end that one first", filepath.Base(dir), strings.TrimSpace(string(name)))
	}
	return fmt.Sprintf("another process uses it: sudo fuser %s names it", path)
}
