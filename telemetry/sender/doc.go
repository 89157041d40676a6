// Package sender publishes what a daemon does, from a process of its own.
//
// ZeroMQ can end its process, and making pictures costs time: neither may touch the process that detects or drives. So the
// daemon starts a child, which is the same program once more and which its main has [Serve] when it was [Called] so. The
// child reads shared memory as any reader does, asks the daemon's control socket now and then, and runs at a low priority.
//
//	daemon ──plan, on stdin──▶ child ──ZeroMQ──▶ viewers
//	       ◀──lines, stdout───
//
// It ends with the daemon: the kernel kills it, and its standard input closes. When it ends before that, or says nothing
// for long, the daemon's [Supervisor] starts another; the daemon's own loop notices nothing.
package sender
