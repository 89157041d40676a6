// Package vm tests what needs a kernel of its own, in an emulated machine.
package vm
