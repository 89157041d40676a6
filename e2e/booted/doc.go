// Package booted tests the package in a booted Debian: what installing, starting, stopping, upgrading and removing do, and
// that systemd and the daemons together keep what docs/reliability.md promises when something fails.
package booted
