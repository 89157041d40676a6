package inspect

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

func TestOrders(t *testing.T) {
	p := place(t)
	if err := Arm.Give(t.Context(), p); !errors.Is(err, daemon.ErrNotRunning) || err.Error() != "arming: controld is not running" {
		t.Errorf("%v, want that controld is not running", err)
	}
	start(t, p, "controld", "renamed_commands")
	err := Arm.Give(t.Context(), p)
	var refused *daemon.AnswerError
	if !errors.As(err, &refused) || err.Error() != "controld answers: arming: not ready: no-detection" {
		t.Errorf("%v, want controld's own words", err)
	}
	for _, o := range []Order{Disarm, EmergencyStop, ClearStop, Pause, Resume} {
		if err := o.Give(t.Context(), p); err != nil {
			t.Error(err)
		}
		if d := Look(t.Context(), p).Daemons[3]; d.Line != "was told "+string(o) {
			t.Errorf("after %q controld says %q", o, d.Line)
		}
	}
}

// TestOrderUnheard: a controld that lives and cannot be asked must never be taken for one that moves nothing.
func TestOrderUnheard(t *testing.T) {
	p := place(t)
	create(t, p, msg.ControlCommands)
	err := EmergencyStop.Give(t.Context(), p)
	want := "stopping the vehicle: controld: runs, but not with the control socket " + p.RunDir +
		"/p-controld.sock: it is starting or stopping, or was given another --run-dir"
	if err == nil || err.Error() != want || errors.Is(err, daemon.ErrNotRunning) {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestOrderToContainer: a controld whose process cannot be seen is known by its records, and gets the order.
func TestOrderToContainer(t *testing.T) {
	p := place(t)
	abandon(t, p, msg.ControlCommands)
	path := segmentPath(p, msg.ControlCommands)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := shm.Inspect(p.ShmDir, p.Prefix, msg.ControlCommands)
	stamp := shm.HeaderBytes + (len(text)-shm.HeaderBytes)/i.Slots + 16 // of record 1, in slot 1
	if got := int64(binary.LittleEndian.Uint64(text[stamp:])); got != i.PublishNs {
		t.Fatalf("the publish time is not where it should be: %d, want %d", got, i.PublishNs)
	}
	binary.LittleEndian.PutUint64(text[stamp:], uint64(shm.NowNs()+int64(time.Hour))) // recent, however slow this test is
	if err := os.WriteFile(path, text, 0o640); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", daemon.SocketPath(p.RunDir, p.Prefix, "controld"))
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told <- r.Method + " " + r.URL.Path })}
	go server.Serve(l)
	defer server.Close()
	if err := EmergencyStop.Give(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if got, want := <-told, "POST /estop"; got != want {
		t.Errorf("it was told %q, want %q", got, want)
	}
}

func TestAdmission(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "run", "controld.sock")
	if err := os.Mkdir(filepath.Dir(socket), 0o700); err != nil {
		t.Fatal(err)
	}
	if got, want := admission(socket), "only root may; use sudo"; os.Getegid() == 0 && got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	const daemons = 1 // Debian's group daemon
	if err := os.Chown(filepath.Dir(socket), 0, daemons); err != nil {
		t.Fatal(err)
	}
	want := "use sudo, or join the group daemon: sudo usermod -aG daemon $USER, then log in again"
	if got := admission(socket); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	err := fmt.Errorf("asking: %w", os.ErrPermission)
	if got := unanswered(socket, err); got != "may not ask it at "+socket+": "+want {
		t.Errorf("%q", got)
	}
}
