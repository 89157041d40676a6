package detect

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// yielding is by how much the network's threads are nicer than the process. Of two threads that want the same processor, the
// nicer one by ten gets about a tenth (sched(7)).
const yielding = 10

// goAside runs f on a thread of its own, nicer than the process, which ends with it.
func goAside(f func()) {
	aside := func() {
		yieldProcessor()
		f()
	}
	go func() {
		runtime.LockOSThread() // never unlocked, since nobody else may have the thread any more
		if unix.Gettid() != unix.Getpid() {
			aside()
			return
		}
		// The main thread cannot end, and its priority is shown as that of the process. While this goroutine has it, another
		// gets another.
		locked := make(chan struct{})
		go func() {
			runtime.LockOSThread()
			close(locked)
			aside()
		}()
		<-locked
		runtime.UnlockOSThread()
	}()
}

// yieldProcessor makes the calling thread, and those that it starts, nicer. On Linux a priority is a thread's, not a process's
// (setpriority(2), "C library/kernel differences"). Where it is not allowed, all goes on as it was.
func yieldProcessor() {
	before, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		return
	}
	nice := 20 - before // the bare system call answers 40…1 for −20…19
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, min(nice+yielding, 19))
}
