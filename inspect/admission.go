package inspect

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// admission says how to be let in at a path that refuses us: which group to join.
func admission(path string) string {
	for {
		info, err := os.Lstat(path)
		if err != nil {
			if parent := filepath.Dir(path); parent != path {
				path = parent // its directory refuses us, so that is whose group counts
				continue
			}
			return "use sudo"
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok || st.Gid == 0 {
			return "only root may; use sudo"
		}
		id := strconv.FormatUint(uint64(st.Gid), 10)
		name := id
		if g, err := user.LookupGroupId(id); err == nil {
			name = g.Name
		}
		return "use sudo, or join the group " + name + ": sudo usermod -aG " + name + " $USER, then log in again"
	}
}
