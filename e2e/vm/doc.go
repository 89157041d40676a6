// Package vm tests what needs a kernel of its own, in an emulated machine: the V4L2 code (v4l2.sh), and the installed package
// under systemd (installed.sh), whose tests are those of guest and run inside.
package vm
