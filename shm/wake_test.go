package shm

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"
)

// wakeRounds is how often a publication and a closing are raced against a reader that goes to sleep.
const wakeRounds = 3000

// raceWakes lets a sleeper go to sleep while act does what must wake it, again and again. The sleeper may sleep for a minute: were one
// wake lost, it would.
func raceWakes(t *testing.T, r *Reader, act func(), undo func(round int)) {
	t.Helper()
	go_, slept := make(chan struct{}), make(chan bool)
	var near atomic.Int64 // the sleeper is about to sleep
	go func() {
		defer close(slept)
		for range go_ {
			until := NowNs() + int64(time.Minute)
			near.Add(1)
			idle(rand.IntN(2000))
			r.doze(until)
			slept <- NowNs() < until
		}
	}()
	defer close(go_)
	for i := range wakeRounds {
		go_ <- struct{}{}
		for near.Load() != int64(i+1) {
			continue
		}
		idle(rand.IntN(2000) * (i % 3))
		act()
		if !<-slept {
			t.Fatalf("round %d: slept through it", i)
		}
		undo(i)
	}
}

// idle goes round a loop.
func idle(times int) {
	for range times {
		continue
	}
}

func TestNoPublicationIsSleptThrough(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
	if err := r.attach(NowNs()); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 88)
	raceWakes(t, r, func() {
		if err := w.Write(p); err != nil {
			t.Error(err)
		}
	}, func(int) { r.last++ })
}

func TestNoClosingIsSleptThrough(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
	if err := r.attach(NowNs()); err != nil {
		t.Fatal(err)
	}
	raceWakes(t, r, func() {
		if err := w.seg.shut(); err != nil {
			t.Error(err)
		}
	}, func(int) { atomic.StoreUint32(w.seg.u32(offClosed), 0) })
}

// TestReplacementWakes: a dead owner's successor ends the sleep of the dead one's readers.
func TestReplacementWakes(t *testing.T) {
	w := mustCreate(t, small(segmentDir(t)))
	r := mustOpen(t, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
	for range 20 {
		r.lookNow()
		if err := r.attach(NowNs()); err != nil {
			t.Fatal(err)
		}
		w.lock.release()
		slept := make(chan bool)
		go func() {
			until := NowNs() + int64(time.Minute)
			r.doze(until)
			slept <- NowNs() < until
		}()
		w = mustCreate(t, small(w.opt.Dir))
		if !<-slept {
			t.Fatal("slept through the closing of a dead owner's segment")
		}
	}
}
