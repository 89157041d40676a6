package shm

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// starter creates, writes and closes segment x of $DIR as standard input says. Times are of CLOCK_MONOTONIC, so that several
// starters start at once. An owner puts a token down that nobody may find there.
//
//	create AT     → owner BEGAN ENDED PID, two PID (another's token is there), or refused ERROR
//	hold          → holding: create without a token, now
//	write UNTIL   → kept LAST (when the last good Write began), or lost LAST ERROR
//	close AT      → closed BEGAN ENDED
//	clean         → cleaned, or refused ERROR
//	read          → could not ERROR
//	die STEP      → (kills itself there)
func starter() error {
	var (
		w     *Writer
		dieAt Step
		token = os.Getenv("DIR") + "-token"
	)
	o := small(os.Getenv("DIR"))
	o.Fault = func(s Step) {
		if s == dieAt {
			_ = unix.Kill(os.Getpid(), unix.SIGKILL)
			select {}
		}
	}
	create := func() (err error) {
		w, err = Create(o)
		return err
	}
	return commands(func(words []string) error {
		at := int64(0)
		if len(words) > 1 {
			at, _ = strconv.ParseInt(words[1], 10, 64)
		}
		switch words[0] {
		case "create":
			for NowNs() < at {
				continue
			}
			began := NowNs()
			err := create()
			ended := NowNs()
			if err != nil {
				fmt.Println("refused", err)
				return nil
			}
			f, err := os.OpenFile(token, os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				fmt.Println("two", os.Getpid())
				return nil
			}
			f.Close()
			fmt.Println("owner", began, ended, os.Getpid())
		case "hold":
			if err := create(); err != nil {
				return err
			}
			fmt.Println("holding")
		case "write":
			last, p := int64(0), make([]byte, 88)
			for began := NowNs(); began < at; began = NowNs() {
				err := w.Write(p)
				if errors.Is(err, ErrBusy) && !errors.Is(err, ErrLost) {
					continue // somebody has the lock, but no segment of this name yet
				}
				if err != nil {
					fmt.Println("lost", last, err)
					return w.Close()
				}
				last = began
			}
			fmt.Println("kept", last)
		case "close":
			for NowNs() < at {
				continue
			}
			_ = os.Remove(token)
			began := NowNs()
			err := w.Close()
			fmt.Println("closed", began, NowNs())
			return err
		case "clean":
			if err := Clean(o.Dir, "", o.Name); err != nil {
				fmt.Println("refused", err)
				return nil
			}
			fmt.Println("cleaned")
		case "read":
			r, err := Open(ReaderOptions{Dir: o.Dir, Name: o.Name})
			if err == nil {
				_, err = r.Latest(nil)
			}
			fmt.Println("could not", err)
		case "die":
			dieAt = Step(at)
		default:
			return fmt.Errorf("no command %q", words)
		}
		return nil
	})
}

// removeToken removes what a starter that was killed has put down.
func removeToken(t testing.TB, dir string) {
	t.Helper()
	if err := os.Remove(dir + "-token"); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
