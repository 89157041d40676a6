// Package foreign tests the package for the other architecture, arm64, in a Debian tree of that architecture, whose programs an
// emulator runs. It shows that the package installs there and that its programs run; of speed, and of the order in which
// another processor writes to memory, an emulator tells nothing.
package foreign
