package daemon

import "runtime/debug"

// BuildVersion is the version that the go command stamped into this binary: a tag, or a pseudo-version with the commit.
func BuildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
