// Package bench measures the shared memory of package shm between processes, beside what the machine can do at best and
// beside what else a pipeline could use.
//
// # Figures
//
// The one-way time of a record is the reader's clock minus the stamp that the writer took just before it published the
// record, both CLOCK_MONOTONIC.
//
//	notification  the reader's clock as soon as it knows of the record; nobody touches the payload
//	delivery      the writer fills every byte of the payload before the stamp, the reader sums every byte in place, and its
//	              clock is read when the sum is known to be that of a whole record
//	write         what one call of Write costs the writer, copying the payload in and waking the readers
//
// # Transports
//
//	shm    Writer.WriteFunc and Reader.Next with View; Writer.Write for the figure write
//	limit  the bare minimum that does the same work, over the same kind of mapping with as many slots in turn: one cache
//	       line with a number and the stamp, no check and no recovery. Its reader polls that line (spin), waits on it by
//	       futex(2) (futex), or sleeps until just before the record is due, which it is told, and polls (adaptive). Its
//	       delivery is memcpy into the slot and a sum over it; its write is memcpy, a store, and FUTEX_WAKE
//	unix   a stream socket of the Unix domain for each reader, with blocking calls
//	zmq    ZeroMQ over TCP on loopback: each reader is a REQ socket that asks for a record, the writer a REP socket. The
//	       stamp is taken when the first reader's request was there
//
// unix and zmq sleep in the kernel, so they are measured once, beside the waiting mode futex.
//
// # Method
//
// A cell is a figure, a waiting mode, a size of payload and a number of readers. It has a writer process and a process for each
// reader, and they use shm and the limit in turn, so that what disturbs the one disturbs the other: record by record where the
// readers sleep, in blocks of hundreds where they poll. The writer goes on when every reader has taken the record before, and has
// had the time to wait again: 20 to 50 µs where readers poll, 0.5 to 1.5 ms where they sleep, and at 60 Hz for each transport
// where the pace matters: for notification by futex and for everything adaptive. unix and zmq take turns in the same way
// right after, apart, since a big picture takes them longer than a frame period. Cells are visited in several passes.
//
// Percentiles are of all samples of all readers (nearest rank). The first records of a visit are not sampled; nothing else is left
// out. Measuring allocates nothing and makes no call but for the clock.
//
// The processes are this program, started again. The writer is bound to one CPU and the readers share the others, where there
// are two. Where readers sleep, the limit has reading processes of its own: its bare call keeps Go's scheduler from noticing the
// sleep, which would spare the readers of shm in the same process a part of their waking up. A polling reader needs a CPU to
// itself: with more processes than CPUs the mode spin is not measured.
package bench
