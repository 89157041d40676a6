// Package shm passes records between processes through named shared memory: one writer, any number of readers, the
// newest record wins. The writer never waits for a reader, a reader maps the segment read-only, and a record costs no
// copy that its reader does not ask for.
//
// # A segment
//
// A segment is a file NAME in a directory of shared memory (/dev/shm), beside it the lock file NAME.lock. Numbers are
// little-endian.
//
//	offset        what
//	0             header page, 4096 bytes: magic, version, geometry, epoch, owner
//	128             head u64: number of the newest published record; 0 before the first
//	136             wake u32: the futex word, one more with each record and with the closing
//	140             closed u32: 1 once no record will follow
//	4096 + i·S    slot i of N, each S bytes: a slot header of 64 bytes, then the payload
//	                seq u64: 2n−1 while record n is being written, 2n when it is whole
//	                length u64, publish time i64 (CLOCK_MONOTONIC, ns)
//
// Record n, counted from 1, lies in slot n mod N. docs/shared-memory.md has every offset.
//
// # Writing
//
//  1. seq ← 2n−1
//  2. the payload, its length, the time
//  3. seq ← 2n
//  4. head ← n
//  5. wake ← wake + 1, FUTEX_WAKE for every waiter
//
// # Reading
//
//  1. n ← head; nothing yet if 0
//  2. seq = 2n? else the writer is a lap ahead: begin anew
//  3. use the payload in place, or copy it
//  4. seq = 2n still? else an overrun: what was made of the payload counts for nothing
//
// This is a sequence lock per slot (Lameter, "Effective synchronization on Linux/NUMA systems", 2005; Boehm, "Can
// seqlocks get along with programming language memory models?", 2012). A record is safe in place for at least N−2
// periods of the writer; SlotsFor gives N.
//
// # Waiting
//
// A reader loads wake, then head and closed, and waits on the value of wake that it loaded: a record published in
// between has changed the word, and the kernel refuses to sleep. futex(2) works on a read-only mapping.
//
// # Owning
//
// The owner holds flock(2) on the lock file for life, and whoever locks it checks that the path still leads to the file
// it locked. Only under the lock is a segment built, as NAME.new, and renamed over NAME. A segment is never resized.
package shm
