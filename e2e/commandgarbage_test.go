package e2e

import (
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lanekeeper/telemetry/keys"
)

// TestCommandGarbage throws garbage at the endpoints of commands, the unix socket and the one with keys. Nothing of it is an
// order, the vehicle drives on, and afterwards it can be commanded.
func TestCommandGarbage(t *testing.T) {
	const lasts = 4 * time.Second
	r, dir := newRig(t, "road"), filepath.Join(t.TempDir(), "keys")
	if _, _, err := keys.Init(dir); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	p := r.commandedDrive("--set", "telemetry.keys_dir="+dir, "--set", "telemetry.commands_endpoint="+address)
	r.client(r.localCommands()) // it answers
	mark := r.commands.mark()
	end := time.Now().Add(lasts)
	var all sync.WaitGroup
	for i, to := range [][2]string{
		{"tcp", strings.TrimPrefix(address, "tcp://")}, {"unix", strings.TrimPrefix(r.localCommands().Address, "ipc://")},
	} {
		g := garbage{rand.New(rand.NewPCG(7, uint64(i)))}
		all.Go(func() {
			for time.Now().Before(end) {
				c, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), to[0], to[1])
				if err != nil {
					continue // its process has ended, or accepts no more for now
				}
				_ = c.SetDeadline(time.Now().Add(20 * time.Millisecond))
				_, _ = c.Write(g.talk())
				_, _ = io.Copy(io.Discard, c)
				_ = c.Close()
			}
		})
	}
	all.Wait()
	r.undisturbed(mark)
	select {
	case <-p[controld].ended:
		t.Error("controld has ended")
	default:
	}
	if got := r.events(); strings.Contains(got, " order: ") {
		t.Errorf("an order came of garbage:\n%s", got)
	}
	if err := r.client(r.localCommands()).Pause(t.Context()); err != nil {
		t.Error(err)
	}
	r.happened(`info order: paused by="local"`)
}
