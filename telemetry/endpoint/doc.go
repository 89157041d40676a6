// Package endpoint opens ZeroMQ sockets that are safe to offer and safe to use.
//
// What a socket may be offered as:
//
//	                     stream            commands
//	ipc:// (a file)      in clear          in clear: the file's group may
//	loopback             in clear          CURVE
//	beyond               CURVE, or Plain   CURVE
//
// CURVE fails open in libzmq: a socket that nobody asks about its clients serves them all. So a socket with CURVE is tried
// before it is handed out: a client that nobody knows and one without a key must be refused, and one that is known must be
// accepted.
//
// A Context belongs to a process that does nothing else: libzmq can end its process, and the umask is the process's.
// A Socket is used by one goroutine at a time.
package endpoint
