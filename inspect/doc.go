// Package inspect looks at a set of running daemons from outside: which of them run and what they say of themselves, which
// segments of shared memory there are and what is wrong with them. It mends what a dead process left, and passes an
// operator's orders on. Looking wakes nobody and disturbs nobody.
//
//	look      [Look], [View]    every daemon, every segment, and what to do where something is not as it should be
//	clean     [Clean], [Sweep]  what dead owners left
//	operate   [Order]           arm, disarm, pause, resume, emergency stop
//
// # Who is running
//
// systemd may hold a daemon's control socket, and then a connection alone would start the daemon. So a socket is only
// connected to when there is other evidence that its daemon lives:
//
//   - a process of its name, with the same --prefix and --run-dir on its command line (proc(5)), or
//   - a living process that holds the lock of the segment that only this daemon writes.
//
// An order, which must not fail to reach whoever drives, also goes out when
//
//   - a record of controld's is younger than a second, as it is of one in a container whose processes cannot be seen.
//
// Whoever dies between the look and the connection may be started again by systemd. That is harmless: a daemon that
// starts never moves the vehicle.
package inspect
