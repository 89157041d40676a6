package camera

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"lanekeeper/msg"
)

const (
	// idlePeriod is how often a waiting Keeper calls Idle.
	idlePeriod = 50 * time.Millisecond
	// mostLeft bounds the calls that hang in a driver, and with them goroutines, threads and open devices.
	mostLeft = 3
	// closeTimeout is how long Close waits for a call that hangs.
	closeTimeout = 500 * time.Millisecond
)

// Keeper is a Source that opens another one and opens it anew whenever it fails, ends or freezes, after a pause that
// grows from 0.25 s to 5 s. The other source runs on a goroutine of its own, so a driver that hangs does not hold up the
// Keeper: the call is left behind and closes its source when it returns.
//
// Set the fields before the first Grab. Grab returns io.EOF when a recording is over, and else an error only when its
// context ends or the Keeper is closed.
type Keeper struct {
	Open         func() (Source, error)
	OpenTimeout  time.Duration // for opening, and for the first frame; 0 for 10 s
	FrameTimeout time.Duration // a frame that takes longer means frozen; 0 for 1 s, or 10 periods where that is more
	Notify       func(Event)   // told what happens, from within Grab; may be nil
	// Idle is called from within Grab at least every 50 ms while it waits; why is nil while the source is open and its
	// frame merely not there yet. May be nil.
	Idle func(why error)

	worker  *worker   // nil while pausing
	open    bool      // the worker's source is open
	asked   bool      // a frame is wanted from it
	frames  uint64    // it has given
	since   time.Time // when the opening began, or a frame was first waited for
	opened  time.Time
	retryAt time.Time
	why     error
	pause   backoff
	reopens uint64
	lost    uint64    // by the source that is open
	lostAll uint64    // by those before it
	left    []*worker // those that have not ended yet
	stuck   bool
	format  Format
	ended   error
	timer   *time.Timer
}

// Format is that of the source that is open, or was last.
func (k *Keeper) Format() Format { return k.format }

// Lost counts over all the sources that were opened.
func (k *Keeper) Lost() uint64 { return k.lostAll + k.lost }

// Grab waits for the next frame for as long as that takes.
func (k *Keeper) Grab(ctx context.Context) error {
	if k.open && !k.asked {
		k.since = time.Now()
	}
	k.arm()
	for k.ended == nil {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("waiting for a frame: %w", err)
		}
		k.proceed()
		var answers <-chan answer
		if k.worker != nil {
			answers = k.worker.answer
		}
		select {
		case a := <-answers:
			if k.take(a) {
				return nil
			}
			if k.worker == nil {
				k.arm() // for the end of the pause
			}
		case <-k.timer.C:
			k.checkTime()
			k.arm()
			if k.Idle != nil {
				k.Idle(k.why)
			}
		case <-ctx.Done():
		}
	}
	return k.ended
}

// proceed starts the next call where none is under way.
func (k *Keeper) proceed() {
	switch {
	case k.worker == nil && !time.Now().Before(k.retryAt) && k.mayOpen():
		k.worker, k.open, k.asked, k.frames, k.since = startWorker(k.Open), false, false, 0, time.Now()
	case k.open && !k.asked:
		k.worker.wanted <- struct{}{}
		k.asked = true
	}
}

// mayOpen says whether few enough earlier calls hang.
func (k *Keeper) mayOpen() bool {
	k.left = slices.DeleteFunc(k.left, (*worker).gone)
	if len(k.left) < mostLeft {
		k.stuck = false
		return true
	}
	if !k.stuck {
		k.stuck = true
		k.why = fmt.Errorf("%d calls hang in the driver: not opening it again until one returns; plug the camera out and in, or reboot: %w",
			mostLeft, k.why)
		k.notify(Event{Kind: EventStuck, Err: k.why})
	}
	return false
}

// take handles the end of a call; true means that there is a frame.
func (k *Keeper) take(a answer) bool {
	k.lost = a.lost
	switch {
	case !k.open && a.err != nil:
		k.drop(EventRefused, a.err)
	case !k.open:
		k.worker.source, k.open, k.why = a.source, true, nil
		k.opened, k.since, k.format = time.Now(), time.Now(), a.source.Format()
		k.notify(Event{Kind: EventOpened, Format: k.format})
	case errors.Is(a.err, io.EOF):
		k.ended = a.err
	case errors.Is(a.err, ErrDamaged):
		k.asked = false
		k.notify(Event{Kind: EventDamaged, Err: a.err})
	case a.err != nil:
		k.drop(EventFailed, a.err)
	default:
		k.asked = false
		k.frames++
		return true
	}
	return false
}

// checkTime leaves a call behind that takes too long.
func (k *Keeper) checkTime() {
	if k.worker == nil {
		return
	}
	waited := time.Since(k.since)
	switch {
	case !k.open && waited > k.openTimeout():
		k.drop(EventFrozen, fmt.Errorf("opening the camera: no answer for %v", waited.Round(time.Millisecond)))
	case k.open && k.frames == 0 && waited > k.openTimeout(), k.open && k.frames > 0 && waited > k.frameTimeout():
		k.drop(EventFrozen, fmt.Errorf("%s: no frame for %v", k.format.Origin, waited.Round(time.Millisecond)))
	}
}

// drop leaves the worker and plans the next opening.
func (k *Keeper) drop(kind EventKind, why error) {
	var ran time.Duration
	if k.open {
		ran = time.Since(k.opened)
		k.reopens++
	}
	k.leaveWorker()
	pause := k.pause.next(ran)
	k.retryAt, k.why = time.Now().Add(pause), why
	k.notify(Event{Kind: kind, Err: why, RetryIn: pause})
}

func (k *Keeper) leaveWorker() {
	if k.worker == nil {
		return
	}
	k.lostAll, k.lost = k.Lost(), 0
	k.worker.leave()
	k.left = append(k.left, k.worker)
	k.worker, k.open, k.asked = nil, false, false
}

// Retrieve is that of the source. The first frame after the source was opened anew carries msg.FrameLoopStart, since its
// times begin anew.
func (k *Keeper) Retrieve(h *msg.FrameHeader, dst []byte) error {
	if !k.open || k.frames == 0 || k.asked {
		return errors.New("retrieving a frame: none was grabbed")
	}
	err := k.worker.source.Retrieve(h, dst)
	if k.frames == 1 && k.reopens > 0 {
		h.Flags |= msg.FrameLoopStart
	}
	return err
}

// Close closes the source. It waits half a second for a call that hangs, and names it then; it is released with the
// process.
func (k *Keeper) Close() error {
	k.leaveWorker()
	if !errors.Is(k.ended, os.ErrClosed) {
		k.ended = fmt.Errorf("waiting for a frame: %w", os.ErrClosed)
	}
	limit := time.NewTimer(closeTimeout)
	defer limit.Stop()
	for _, w := range k.left {
		select {
		case <-w.done:
		case <-limit.C:
			k.left = slices.DeleteFunc(k.left, (*worker).gone)
			return fmt.Errorf("closing the camera: %d calls hang in the driver: %w", len(k.left), os.ErrDeadlineExceeded)
		}
	}
	k.left = nil
	return nil
}

func (k *Keeper) openTimeout() time.Duration {
	if k.OpenTimeout > 0 {
		return k.OpenTimeout
	}
	return 10 * time.Second
}

func (k *Keeper) frameTimeout() time.Duration {
	switch {
	case k.FrameTimeout > 0:
		return k.FrameTimeout
	case k.format.FPS > 0:
		return max(time.Second, time.Duration(10/k.format.FPS*float64(time.Second)))
	}
	return time.Second
}

func (k *Keeper) notify(e Event) {
	if k.Notify != nil {
		k.Notify(e)
	}
}

// arm makes the timer fire when Idle is due, or when a pause ends before that.
func (k *Keeper) arm() {
	period := idlePeriod
	if left := time.Until(k.retryAt); k.worker == nil && left > 0 {
		period = min(period, left)
	}
	if k.timer == nil {
		k.timer = time.NewTimer(period)
		return
	}
	k.timer.Reset(period)
}
