package shm

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

const tornPayload = 65536

func tornSegment() WriterOptions {
	return WriterOptions{Dir: os.Getenv("DIR"), Name: "torn", Kind: 9, Slots: MinSlots, PayloadBytes: tornPayload}
}

// tornLength is the length of record n: most are as short as a detection, some 4 KB, a few 64 KB.
func tornLength(n uint64) int {
	switch {
	case os.Getenv("BIG") != "" || n%512 == 0:
		return tornPayload
	case n%16 == 0:
		return 4096
	}
	return 88
}

// tornWord is what record n is filled with.
func tornWord(n, epoch uint64) uint64 { return n*0x9e3779b97f4a7c15 ^ epoch }

func tornFill(p []byte, n, epoch uint64) int {
	length, word := tornLength(n), tornWord(n, epoch)
	for i := 0; i < length; i += 8 {
		binary.LittleEndian.PutUint64(p[i:], word)
	}
	return length
}

func allWords(p []byte, word uint64) bool {
	for i := 0; i+8 <= len(p); i += 8 {
		if binary.LittleEndian.Uint64(p[i:]) != word {
			return false
		}
	}
	return true
}

// tornWriter writes as fast as it can, and stops itself at the next step that standard input names. It says "wrote COUNT"
// now and then, and "at STEP RECORD EPOCH" before it stops.
func tornWriter() error {
	var (
		armed atomic.Int64
		w     *Writer
	)
	o := tornSegment()
	o.Fault = func(s Step) {
		if s < StepLocked && armed.CompareAndSwap(int64(s), 0) {
			n := w.n + 1
			if s >= StepHead {
				n = w.n
			}
			fmt.Println("at", int(s), n, w.seg.header.epoch)
			stopSelf()
		}
	}
	w, err := Create(o)
	if err != nil {
		return err
	}
	w.skipOdd = os.Getenv("MUTATE") == "skipOdd"
	go func() {
		_ = commands(func(words []string) error {
			s, err := strconv.Atoi(words[0])
			armed.Store(int64(s))
			return err
		})
		os.Exit(0) // the parent is gone
	}()
	buf := make([]byte, tornPayload)
	for count := 1; ; count++ {
		if n := w.n + 1; n%2 == 0 {
			err = w.Write(buf[:tornFill(buf, n, w.seg.header.epoch)])
		} else {
			err = w.WriteFunc(func(p []byte) (int, error) { return tornFill(p, n, w.seg.header.epoch), nil })
		}
		if err != nil {
			return err
		}
		if count%10000 == 0 {
			fmt.Println("wrote", count)
		}
	}
}

// tornLook compares a record with what it must hold, half of it at once and the rest when the writer is a few records
// further: so that it is overtaken often, and at every place.
func tornLook(r *Reader, rec Record) (torn bool) {
	word := tornWord(rec.N, rec.Epoch)
	half := len(rec.Payload) / 16 * 8
	torn = len(rec.Payload) != tornLength(rec.N) || !allWords(rec.Payload[:half], word)
	if ahead := rand.Uint64N(16); ahead <= MinSlots+1 {
		for i := 0; i < 20000 && r.seg.head() < rec.N+ahead; i++ {
			continue
		}
	}
	return torn || !allWords(rec.Payload[half:], word)
}

// tornReader reads in every way and says "read GOOD OVERRUN" now and then, and "torn …" when it accepted a torn record.
func tornReader() error {
	wait, err := ParseWait(os.Getenv("WAIT"))
	if err != nil {
		return err
	}
	r, err := Open(ReaderOptions{Dir: os.Getenv("DIR"), Name: "torn", Kind: 9, Wait: wait})
	if err != nil {
		return err
	}
	r.skipClosingCheck = os.Getenv("MUTATE") == "skipClosingCheck"
	go func() {
		_ = commands(func([]string) error { return nil })
		os.Exit(0) // the parent is gone
	}()
	buf := make([]byte, tornPayload)
	for i := 1; ; i++ {
		if i%2 == 0 {
			if err := r.NextUntil(context.Background(), NowNs()+int64(10*time.Millisecond)); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				return err
			}
		}
		var (
			torn bool
			rec  Record
			err  error
		)
		if i%7 == 0 {
			rec, err = r.Latest(buf)
			torn = err == nil && (len(rec.Payload) != tornLength(rec.N) || !allWords(rec.Payload, tornWord(rec.N, rec.Epoch)))
		} else {
			err = r.View(func(v Record) error {
				rec, torn = v, tornLook(r, v)
				return nil
			})
		}
		switch {
		case err == nil && torn:
			fmt.Println("torn", rec.N, len(rec.Payload), rec.Copied)
		case err != nil && !errors.Is(err, ErrOverrun) && !errors.Is(err, ErrNoRecord) && !errors.Is(err, ErrNoSegment):
			return err
		}
		if i%1000 == 0 {
			s := r.Stats()
			fmt.Println("read", s.Read, s.Overrun)
		}
	}
}
