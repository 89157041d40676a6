package shm

import (
	"fmt"
	"path/filepath"
	"strings"
)

// DefaultDir is where POSIX shared memory lives on Linux (shm_overview(7)).
const DefaultDir = "/dev/shm"

const (
	lockSuffix  = ".lock"
	buildSuffix = ".new"
)

// paths are the files of one segment.
type paths struct{ segment, lock, build string }

// newPaths checks a segment's name. A leading slash, as shm_open(3) wants it, is allowed.
func newPaths(dir, prefix, name string) (paths, error) {
	if dir == "" {
		dir = DefaultDir
	}
	full := prefix + strings.TrimPrefix(name, "/")
	if len(full) > 200 || strings.TrimPrefix(name, "/") == "" || full[0] == '.' {
		return paths{}, fmt.Errorf("segment name %q: 1 to 200 characters expected, the first not a dot", full)
	}
	for _, c := range full {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", c) {
			return paths{}, fmt.Errorf("segment name %q: %q in it, only letters, digits, '_', '-' and '.' are allowed", full, c)
		}
	}
	if strings.HasSuffix(full, lockSuffix) || strings.HasSuffix(full, buildSuffix) {
		return paths{}, fmt.Errorf("segment name %q: the endings %s and %s are taken", full, lockSuffix, buildSuffix)
	}
	p := filepath.Join(dir, full)
	return paths{segment: p, lock: p + lockSuffix, build: p + buildSuffix}, nil
}
