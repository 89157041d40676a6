// Package daemontest holds what every daemon's tests check alike.
package daemontest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"lanekeeper/daemon"
)

// ShippedConfiguration holds that the file that is shipped says what is built in, and that it loads.
func ShippedConfiguration[C any](t *testing.T, p daemon.Program[C]) {
	t.Helper()
	path := filepath.Join("..", "..", "configs", p.Name+".yaml")
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := daemon.WriteDefaults(&want, p.Title(), p.Defaults); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not what is built in; write it anew: make docs", path)
	}
	cfg := p.Defaults
	if err := daemon.Load(&cfg, daemon.File(path)); err != nil {
		t.Error(err)
	}
}
