package shm

import (
	"runtime/debug"
	"unsafe"
)

// guard is deferred around every access to a mapping:
//
//	defer guard(mem, debug.SetPanicOnFault(true), &err)
//
// A file that was cut short under its mapping is a SIGBUS on the first touch (mmap(2)). The runtime then panics instead of
// ending the process, in this goroutine only, and guard makes ErrTruncated of it. Any other panic goes on.
func guard(mem []byte, before bool, err *error) {
	debug.SetPanicOnFault(before)
	r := recover()
	if r == nil {
		return
	}
	fault, ok := r.(interface{ Addr() uintptr })
	if !ok || len(mem) == 0 {
		panic(r)
	}
	first := uintptr(unsafe.Pointer(unsafe.SliceData(mem)))
	if at := fault.Addr(); at < first || at >= first+uintptr(len(mem)) {
		panic(r)
	}
	*err = ErrTruncated
}
