package drive

import (
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// liveLine is the one line that tells how the drive goes: redrawn in place on a terminal, written now and then elsewhere.
type liveLine struct {
	out      io.Writer
	terminal bool
	began    time.Time

	mu    sync.Mutex // the family speaks from a goroutine of its own
	shown bool
}

func newLiveLine(out io.Writer) *liveLine {
	l := &liveLine{out: out, began: time.Now()}
	if f, ok := out.(*os.File); ok {
		_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
		l.terminal = err == nil
	}
	return l
}

// interval is how often to show.
func (l *liveLine) interval() time.Duration {
	if l.terminal {
		return 200 * time.Millisecond
	}
	return 5 * time.Second
}

func (l *liveLine) show(g glance) {
	text := fmt.Sprintf("%5.1f s  %5.1f fps  capture→command p50 %4.1f p99 %4.1f ms  offset %s m  lanes L %s R %s  %s",
		time.Since(l.began).Seconds(), g.rateHz, float64(g.p50Ns)/1e6, float64(g.p99Ns)/1e6, signed(g.command.OffsetM),
		confidence(g.detection.HasLeftLane, g.detection.LeftLane.Confidence),
		confidence(g.detection.HasRightLane, g.detection.RightLane.Confidence), state(&g))
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.terminal {
		fmt.Fprintf(l.out, "\r\x1b[K%s", text)
		l.shown = true
		return
	}
	fmt.Fprintln(l.out, text)
}

// say writes a line of its own between two states of the live one.
func (l *liveLine) say(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.shown {
		fmt.Fprint(l.out, "\r\x1b[K")
		l.shown = false
	}
	fmt.Fprintln(l.out, text)
}

func signed(v float64) string {
	if math.IsNaN(v) {
		return "  –  "
	}
	return fmt.Sprintf("%+5.2f", v)
}

func confidence(has int32, v float64) string {
	if has == 0 {
		return " –  "
	}
	return fmt.Sprintf("%.2f", v)
}

// quiet is how long no command may come before the line says so.
const quiet = 300 * time.Millisecond

func state(g *glance) string {
	switch {
	case g.rateHz == 0 || g.commandedSince > quiet:
		return "waiting"
	case g.command.Reason != 0:
		return fmt.Sprintf("%v (%v)", g.command.Mode, g.command.Reason)
	}
	return g.command.Mode.String()
}
