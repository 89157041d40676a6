package daemon

import (
	"context"
	"testing"

	"golang.org/x/sys/unix"
)

// TestLine asks while this process may open nothing more.
func TestLine(t *testing.T) {
	socket, d := start(t, testProgram(nil))
	d.Control.Func("POST /arm", func(context.Context, []byte) (any, error) { return nil, nil })
	l := NewLine(socket)
	defer l.Close()
	if err := l.Get(t.Context(), "/status", nil); err != nil {
		t.Fatal(err)
	}
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1, Max: was.Max}); err != nil {
		t.Fatal(err)
	}
	other := Post(t.Context(), socket, "/arm", nil, nil)
	err := l.Post(t.Context(), "/arm", nil, nil)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	if other == nil || err != nil {
		t.Errorf("over an open line: %v; without one: %v", err, other)
	}
}
