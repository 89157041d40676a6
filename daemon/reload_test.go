package daemon

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReloadAction asks a running daemon, by a second call of the same program.
func TestReloadAction(t *testing.T) {
	type config struct {
		Gain  float64 `yaml:"gain" range:"0..1" live:"true"`
		Slots int     `yaml:"slots"`
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "x.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ready := make(chan struct{})
	p := Program[config]{Name: "x", Doc: "a program", Run: func(ctx context.Context, d *Daemon[config]) error {
		d.OnChange(func(config) error { return nil })
		d.Notify.Ready()
		close(ready)
		<-ctx.Done()
		return nil
	}}
	reload := func() (string, error) {
		var out bytes.Buffer
		err := p.Exec(t.Context(), []string{"--reload", "--run-dir", dir}, &out, io.Discard)
		return out.String(), err
	}
	if _, err := reload(); !errors.Is(err, ErrNotRunning) {
		t.Errorf("nobody runs: %v", err)
	}
	write("gain: 0.5\n")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Exec(ctx, []string{"--config", file, "--run-dir", dir}, io.Discard, io.Discard) }()
	<-ready
	for _, c := range []struct{ text, says, err string }{
		{"gain: 0.5\n", "nothing changed\n", ""},
		{"gain: 0.25\nslots: 7\n", "changed: gain\nwaiting for a restart: slots\n", ""},
		{"gain: 2\n", "", "gain: 2 given, a number from 0 to 1 expected"},
	} {
		write(c.text)
		says, err := reload()
		if says != c.says || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q: said %q, error %v; want %q, %q", c.text, says, err, c.says, c.err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
