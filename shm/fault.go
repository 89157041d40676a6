package shm

import (
	"runtime/debug"
	"sync/atomic"
	"unsafe"
)

// guard is deferred around every access to a mapping:
//
//	defer guard(mem, debug.SetPanicOnFault(true), &err)
//
// A file that was cut short under its mapping is a SIGBUS on the first touch (mmap(2)). The runtime then panics instead of
// ending the process, in this goroutine only, and guard makes ErrTruncated of it. Any other panic goes on, also that of a
// reader that stores to its mapping.
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
	if readable(mem, fault.Addr()-first) {
		panic(r) // the page is there: somebody stored to what is mapped read-only
	}
	*err = ErrTruncated
}

// readable tells whether a byte of a mapping can be loaded.
func readable(mem []byte, at uintptr) (yes bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { yes = recover() == nil }()
	atomic.LoadUint32((*uint32)(unsafe.Pointer(&mem[at&^3]))) // atomic, so that the compiler does not leave it out
	return true
}
