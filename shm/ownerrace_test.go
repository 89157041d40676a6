package shm

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// ownerRace is several starters that race for one segment again and again.
type ownerRace struct {
	*testing.T
	dir      string
	starters []*child
	reader   *Reader
	old      int // pid of the owner before the race
}

// start tells all starters to begin at one moment, and returns it.
func (r *ownerRace) start() (at int64) {
	at = NowNs() + int64(2*time.Millisecond)
	for _, s := range r.starters {
		s.say("create %d", at)
	}
	return at
}

// result is who won a race.
type result struct {
	winner       *child
	began, ended int64
	pid          int
	refusals     []string
}

func (r *ownerRace) result() (res result) {
	for _, s := range r.starters {
		switch word, rest, _ := strings.Cut(s.hear(), " "); word {
		case "owner":
			if res.winner != nil {
				r.Errorf("two owners: pids %d and %s", res.pid, rest)
			}
			res.winner = s
			fmt.Sscan(rest, &res.began, &res.ended, &res.pid)
		case "refused":
			res.refusals = append(res.refusals, rest)
		default:
			r.Errorf("a starter says %s %s", word, rest)
		}
	}
	return res
}

// settle holds that the winner is known to the losers, alone has files, is found by the reader, and leaves nothing.
func (r *ownerRace) settle(res result) {
	for _, why := range res.refusals {
		// One whose patience ended before the old owner was gone names that one, or nobody when it went just then.
		named := func(pid int) bool { return strings.HasSuffix(why, fmt.Sprintf("%v: pid %d", ErrBusy, pid)) }
		if !named(res.pid) && (r.old == 0 || !named(r.old) && !strings.HasSuffix(why, ErrBusy.Error())) {
			r.Errorf("a loser says %q, want it to name pid %d", why, res.pid)
		}
	}
	if got := files(r, r.dir); got != "x x.lock" {
		r.Errorf("files beside an owner: %s", got)
	}
	i := Inspect(r.dir, "", "x")
	if i.OwnerPid != res.pid || i.Err != nil || i.Closed {
		r.Errorf("the segment of pid %d looks like %+v", res.pid, i)
	}
	r.reader.lookNow()
	_, err := r.reader.Latest(nil)
	if got := r.reader.Stats().Epoch; got != i.Epoch {
		r.Errorf("the reader is at epoch %x (%v), the segment's is %x", got, err, i.Epoch)
	}
	res.winner.say("close 0")
	res.winner.hear()
	if got := files(r, r.dir); got != "" {
		r.Errorf("files after the last owner: %s", got)
	}
}

// holder is a process that owns the segment before the race.
func (r *ownerRace) holder() *child {
	h := spawn(r, "starter", nil, "DIR="+r.dir)
	h.say("hold")
	h.hear()
	r.old = h.cmd.Process.Pid
	return h
}

// remove is rm.
func (r *ownerRace) remove(names ...string) {
	for _, n := range names {
		if err := os.Remove(r.dir + "/" + n); err != nil {
			r.Error(err)
		}
	}
}

// after runs a race for a segment that has an owner until one moment of it, and returns its result and when that owner was gone. Without a
// winner the race counts only if the owner was gone long enough before the starters' patience ended.
func (r *ownerRace) after(gone func(at int64) (from, until int64)) {
	for range 10 {
		at := r.start()
		from, until := gone(at)
		res := r.result()
		switch {
		case res.winner != nil && res.ended < from:
			r.Errorf("two owners: one was still there %d ns after another's Create", from-res.ended)
			return
		case res.winner != nil:
			r.settle(res)
			return
		case until-at < int64(lockRetry*3/4):
			r.Errorf("no owner, though the old one was gone after %v: %q", time.Duration(until-at), res.refusals)
			return
		}
		r.Logf("the old owner took %v to go: again", time.Duration(until-at))
	}
	r.Error("never an owner that was gone in time")
}

// jitter waits until somewhere around a moment.
func jitter(at int64) {
	for until := at + rand.Int64N(400_000) - 100_000; NowNs() < until; {
		continue
	}
}

func (r *ownerRace) noFile() { r.settled() }

func (r *ownerRace) dead() {
	r.holder().kill()
	r.settled()
}

func (r *ownerRace) deadThenRm() {
	r.holder().kill()
	r.remove("x")
	r.settled()
}

func (r *ownerRace) settled() {
	r.start()
	res := r.result()
	if res.winner == nil {
		r.Errorf("no owner: %q", res.refusals)
		return
	}
	r.settle(res)
}

func (r *ownerRace) dying() {
	h := r.holder()
	r.after(func(at int64) (from, until int64) {
		jitter(at)
		from = NowNs()
		h.kill()
		return from, NowNs()
	})
}

func (r *ownerRace) closing() {
	h := r.holder()
	r.after(func(at int64) (from, until int64) {
		h.say("close %d", at+rand.Int64N(300_000)-100_000)
		fmt.Sscanf(h.hear(), "closed %d %d", &from, &until)
		return from, until
	})
	h.kill()
}

// rmBoth removes segment and lock under a living owner: either it takes the name again, or a starter gets it and the old
// owner learns so at its next look, at most 50 ms after the one before.
func (r *ownerRace) rmBoth() {
	h := r.holder()
	h.say("write %d", NowNs()+int64(400*time.Millisecond))
	at := r.start()
	jitter(at)
	r.remove("x", "x.lock")
	res := r.result()
	word, rest, _ := strings.Cut(h.hear(), " ")
	var last int64
	fmt.Sscan(rest, &last)
	switch {
	case res.winner == nil && word == "kept":
		res.winner, res.pid = h, h.cmd.Process.Pid
	case res.winner != nil && word == "lost" && strings.Contains(rest, ErrLost.Error()):
		if over := time.Duration(last - res.ended); over > 100*time.Millisecond {
			r.Errorf("two owners: the old one wrote %v after the new one's Create", over)
		}
	default:
		r.Errorf("after the removal there is a new owner: %t, the old one says %s %s", res.winner != nil, word, rest)
	}
	if !r.Failed() {
		r.settle(res)
	}
	h.kill()
}

// TestOneOwner starts two and four processes at once for one segment: never are there two owners, never none.
func TestOneOwner(t *testing.T) {
	rounds := 9
	if long() {
		rounds = 84
	}
	var all sync.WaitGroup
	defer all.Wait()
	total := 0
	for name, race := range map[string]func(*ownerRace){
		"no file": (*ownerRace).noFile, "dead owner": (*ownerRace).dead, "dying owner": (*ownerRace).dying,
		"closing owner": (*ownerRace).closing, "dead owner, then rm of the segment": (*ownerRace).deadThenRm,
		"living owner, then rm of both": (*ownerRace).rmBoth,
	} {
		for _, starters := range []int{2, 4} {
			r := &ownerRace{T: t, dir: segmentDir(t)}
			t.Cleanup(func() { os.Remove(r.dir + "-token") })
			r.reader = mustOpen(t, ReaderOptions{Dir: r.dir, Name: "x"})
			for range starters {
				r.starters = append(r.starters, spawn(t, "starter", nil, "DIR="+r.dir))
			}
			total += rounds
			all.Go(func() {
				for i := range rounds {
					if race(r); t.Failed() {
						t.Logf("%s, %d starters, round %d", name, starters, i)
						return
					}
				}
			})
		}
	}
	all.Wait()
	t.Logf("%d races", total)
}

// TestCheckLost is what the old owner is told, without a race.
func TestCheckLost(t *testing.T) {
	dir := segmentDir(t)
	w := mustCreate(t, small(dir))
	os.Remove(w.paths.segment)
	os.Remove(w.paths.lock)
	other := spawn(t, "starter", nil, "DIR="+dir)
	other.say("hold")
	other.hear()
	want := fmt.Sprintf("ownership lost: locking %s/x.lock: owned by another process: pid %d", dir, other.cmd.Process.Pid)
	if err := w.Check(); err == nil || err.Error() != want {
		t.Errorf("Check: %v\n want %s", err, want)
	}
	if err := w.Write(nil); err == nil || err.Error() != want {
		t.Errorf("Write: %v\n want %s", err, want)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if got := files(t, dir); got != "x x.lock" {
		t.Errorf("the old owner's Close left %q of the new one's files", got)
	}
	other.signal(unix.SIGKILL)
}
