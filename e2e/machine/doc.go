// Package machine boots a Debian tree with systemd, for tests of what is installed, started and supervised there.
//
// A tree is made once with mmdebstrap and kept in build/e2e. A machine is that tree under a file system of its own, so that a
// test finds it fresh and leaves nothing, booted by systemd-nspawn: a real systemd with real units, journal, users and mounts,
// on this machine's kernel. What a container does not have, a test of package vm looks at: access to devices and limits of
// memory are not enforced here.
package machine
