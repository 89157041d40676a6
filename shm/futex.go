package shm

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Operations of futex(2) that x/sys/unix has no names for. Without FUTEX_PRIVATE_FLAG: the word is shared by processes.
const (
	futexWake       = 1
	futexWaitBitset = 9
	futexMatchAny   = 0xffffffff
)

// futexWaitUntil sleeps while *word is val, until CLOCK_MONOTONIC untilNs at the latest. It returns for any reason and none;
// the caller looks for itself. The deadline is absolute, so that a signal (the runtime sends SIGURG to preempt) does not
// prolong it, and the call is one that the scheduler knows of, so that a sleeper holds up no other goroutine.
func futexWaitUntil(word *uint32, val uint32, untilNs int64) {
	deadline := unix.NsecToTimespec(max(untilNs, 0))
	_, _, errno := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWaitBitset, uintptr(val),
		uintptr(unsafe.Pointer(&deadline)), 0, futexMatchAny)
	if errno == unix.EPERM || errno == unix.ENOSYS {
		time.Sleep(time.Millisecond) // a system call filter refuses futexes: poll, but leave the CPU to others
	}
}

// futexWakeAll wakes every process that sleeps on word.
func futexWakeAll(word *uint32) {
	const everyone = 1<<31 - 1
	_, _, _ = unix.Syscall(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), futexWake, everyone)
}
