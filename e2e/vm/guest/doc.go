// Package guest tests the installed package on the machine that it runs on: the shipped units under a real systemd and a real
// kernel, with a virtual camera. It changes that machine as it likes, so it runs in the one that e2e/vm/installed.sh boots.
package guest
