package daemon

import "runtime/debug"

// version is a package's version, which the linker sets where one is built: -X lanekeeper/daemon.version=1.2.3.
var version string

// BuildVersion is the version of the package that this binary was built for, or else what the go command stamped into it: a
// tag, or a pseudo-version with the commit.
func BuildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
