package shm

import (
	"fmt"
	"testing"
)

// TestKilledAtEachStep kills a process at each step of Create and Close, with nothing there before and with a dead owner's
// leftovers that a reader is attached to. The next Create succeeds, its reader finds it, and nothing stale stays.
func TestKilledAtEachStep(t *testing.T) {
	for _, c := range []struct {
		step   Step
		first  string // files with nothing there before
		second string // files over leftovers
	}{
		{StepLocked, "x.lock", "x x.lock"},
		{StepBuilt, "x.lock x.new", "x x.lock x.new"},
		{StepRenamed, "x x.lock", "x x.lock"},
		{StepReplaced, "x x.lock", "x x.lock"},
		{StepClosed, "x x.lock", "x x.lock"},
		{StepUnlinked, "x.lock", "x.lock"},
		{StepLockRemoved, "", ""},
	} {
		for _, leftovers := range []bool{false, true} {
			t.Run(fmt.Sprintf("step %d, leftovers %t", c.step, leftovers), func(t *testing.T) {
				dir := segmentDir(t)
				r := mustOpen(t, ReaderOptions{Dir: dir, Name: "x"})
				want := c.first
				if leftovers {
					want = c.second
					w := mustCreate(t, small(dir))
					mustWrite(t, w, "old")
					if rec, err := r.Latest(make([]byte, 3)); err != nil || string(rec.Payload) != "old" {
						t.Fatalf("%s, %v", rec.Payload, err)
					}
					w.lock.release() // as its death would
				}
				dies := spawn(t, "starter", nil, "DIR="+dir)
				dies.say("die %d", c.step)
				dies.say("create 0")
				dies.say("close 0")
				<-dies.done
				removeToken(t, dir)
				if got := files(t, dir); got != want {
					t.Errorf("files after the death: %q, want %q", got, want)
				}
				list, err := List(dir, "")
				if err != nil || len(list) > 1 || (len(list) == 1) != (want != "") {
					t.Errorf("List after the death: %+v, %v", list, err)
				}
				for _, i := range list {
					if i.Name != "x" || i.OwnerPid != 0 {
						t.Errorf("List after the death: %+v", i)
					}
				}
				w := mustCreate(t, small(dir))
				mustWrite(t, w, "new")
				if got := files(t, dir); got != "x x.lock" {
					t.Errorf("files of the next owner: %q", got)
				}
				r.lookNow()
				rec, err := r.Latest(make([]byte, 3))
				if err != nil || string(rec.Payload) != "new" || rec.Epoch != w.Stats().Epoch {
					t.Errorf("the reader sees %q of epoch %x, %v", rec.Payload, rec.Epoch, err)
				}
				if err := w.Close(); err != nil {
					t.Error(err)
				}
				if got := files(t, dir); got != "" {
					t.Errorf("files after Close: %q", got)
				}
			})
		}
	}
}

// TestCleanAfterEachStep has Clean in the next owner's place.
func TestCleanAfterEachStep(t *testing.T) {
	for step := StepLocked; step < stepEnd; step++ {
		dir := segmentDir(t)
		dies := spawn(t, "starter", nil, "DIR="+dir)
		dies.say("die %d", step)
		dies.say("create 0")
		dies.say("close 0")
		<-dies.done
		removeToken(t, dir)
		if err := Clean(dir, "", "x"); err != nil {
			t.Errorf("step %d: %v", step, err)
		}
		if got := files(t, dir); got != "" {
			t.Errorf("step %d: Clean left %q", step, got)
		}
	}
}
